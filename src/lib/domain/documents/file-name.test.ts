import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attachmentDisposition, givenFileName, safeFileName } from './file-name.ts';

const RUNS = process.env.LONG === '1' ? 5_000 : 200;

describe('safeFileName', () => {
  test.each([
    ['公告〔2026〕17号.pdf', 'application/pdf', '公告〔2026〕17号.pdf'],
    ['report.PDF', 'application/pdf', 'report.PDF'],
    [null, 'application/pdf', 'document.pdf'],
    ['', 'text/plain', 'document.txt'],
    ['run.bat', 'text/plain', 'run.bat.txt'],
    ['invoice.pdf', 'text/html', 'invoice.pdf.html'],
    ['..\\..\\windows\\system.ini', 'text/plain', 'system.ini.txt'],
    ['/etc/passwd', 'text/plain', 'passwd.txt'],
    ['../../.ssh/authorized_keys', 'text/plain', 'authorized_keys.txt'],
    ['evil\u202egpj.exe', 'image/jpeg', 'evilgpj.exe.jpg'],
    ['a\u0000b\r\nSet-Cookie: x.pdf', 'application/pdf', 'abSet-Cookie_ x.pdf'],
    ['CON.pdf', 'application/pdf', 'document-CON.pdf'],
    ['lpt1', 'text/plain', 'document-lpt1.txt'],
    ['...', 'text/plain', 'document.txt'],
    ['.pdf', 'application/pdf', 'pdf.pdf'],
    ['what?*|.docx', 'text/csv', 'what___.docx.csv'],
  ] as const)('saves %j as %s under %j', (given, media_type, safe) => {
    expect(safeFileName(given, media_type)).toBe(safe);
  });

  test('is a plain name of bounded length that ends as the type says, whatever was given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (given) => {
        const name = safeFileName(given, 'application/pdf');
        expect(name).toMatch(/^[^/\\<>:"|?*\p{Cc}\p{Cf}\p{Cs}]+\.pdf$/iu);
        expect(name).not.toMatch(/^[. ]/);
        expect(Array.from(name).length).toBeLessThanOrEqual(170);
        expect(safeFileName(name, 'application/pdf')).toBe(name);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('givenFileName', () => {
  test('keeps what was given, bounded and storable', () => {
    expect(givenFileName('  公告 第17号.pdf ')).toBe('公告 第17号.pdf');
    expect(givenFileName('a\0b')).toBe('ab');
    expect(givenFileName('   ')).toBeNull();
    expect(givenFileName(null)).toBeNull();
    expect(givenFileName('𠮷'.repeat(600))).toBe('𠮷'.repeat(500));
  });
});

describe('attachmentDisposition', () => {
  test('saves and never opens, under the Chinese name and an ASCII one', () => {
    expect(attachmentDisposition("公告 (1)'%.pdf")).toBe(
      `attachment; filename="__ (1)'_.pdf"; filename*=UTF-8''%E5%85%AC%E5%91%8A%20%281%29%27%25.pdf`,
    );
  });

  test('is one header line, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (given) => {
        const value = attachmentDisposition(safeFileName(given, 'text/html'));
        expect(value).toMatch(/^attachment; filename="[\x20-\x7e]+"; filename\*=UTF-8''[\w.~!*%-]+$/);
        expect(value.match(/"/g)).toHaveLength(2);
      }),
      { numRuns: RUNS },
    );
  });
});

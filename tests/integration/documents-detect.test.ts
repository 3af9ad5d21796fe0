import { describe, expect, test } from 'vitest';
import { detectMediaType, type Hints } from '#lib/server/documents/detect.ts';
import {
  encodeGb18030,
  makeCompoundFile,
  makeDoc,
  makeDocx,
  makeEncryptedPdf,
  makePdf,
  makePng,
  makeProgram,
  makeWorkbook,
  makeZip,
  NOTICE_EN,
  NOTICE_ZH,
} from '../fixtures/documents/make.ts';

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const NOTHING_SAID = { file_name: null, declared_media_type: null };
const text = (value: string) => new TextEncoder().encode(value);
const pdf = () => makePdf([{ zh: NOTICE_ZH }]);
const rows = { 目录: [['编号', '名称']] };

async function typeOf(bytes: Uint8Array, said: Partial<Hints> = {}): Promise<string> {
  const detected = await detectMediaType(bytes, { ...NOTHING_SAID, ...said });
  return detected.ok
    ? detected.media_type
    : `${detected.refusal.code} ${detected.refusal.found ?? ''}`.trim();
}

/** Compressed by a program that writes as it goes, with the list of parts at the end. */
function streamed(parts: number): Uint8Array {
  const types = `<Types><Override PartName="/word/document.xml" ContentType="${DOCX}.main+xml"/></Types>`;
  return makeZip([
    ...Array.from({ length: parts }, (_, index) => ({
      name: `word/media/image${index}.png`,
      data: Buffer.from('x'),
    })),
    { name: '[Content_Types].xml', data: Buffer.from(types) },
  ]);
}

describe('what a file is, is told from its content', () => {
  test.each<[string, () => Uint8Array, string]>([
    ['a PDF', pdf, 'application/pdf'],
    ['a PDF with a password', makeEncryptedPdf, 'application/pdf'],
    [
      'a PDF behind a line that a server printed',
      () => Buffer.concat([text('\r\n<br>\r\n'), pdf()]),
      'application/pdf',
    ],
    ['a Word document', () => makeDocx([NOTICE_ZH]), DOCX],
    ['a Word document with its list of parts behind 1,500 others', () => streamed(1_500), DOCX],
    ['a Word 97 document', () => makeDoc(NOTICE_ZH), 'application/msword'],
    ['a workbook', () => makeWorkbook(rows, 'xlsx'), XLSX],
    ['an Excel 97 workbook', () => makeWorkbook(rows, 'biff8'), 'application/vnd.ms-excel'],
    ['an Excel 5 workbook', () => makeWorkbook({ Sheet1: [['a']] }, 'biff5'), 'application/vnd.ms-excel'],
    ['a page', () => text(`<!DOCTYPE html><html><p>${NOTICE_ZH}`), 'text/html'],
    ['a page after an XML declaration', () => text('<?xml version="1.0"?>\n<!-- a --><html/>'), 'text/html'],
    ['a page in GB 18030', () => encodeGb18030(`<html><p>${NOTICE_ZH}`), 'text/html'],
    ['a part of a page', () => text(`<h1>公告</h1><p>${NOTICE_ZH}</p>`), 'text/html'],
    ['a table that calls itself a workbook', () => text('<table><tr><td>1'), 'text/html'],
    ['a feed', () => text('<?xml version="1.0"?><rss version="2.0"/>'), 'application/xml'],
    ['XML without a declaration', () => text('<notice no="17"/>'), 'application/xml'],
    ['JSON', () => text('{"clause": "4.12"}'), 'application/json'],
    ['text that begins like JSON', () => text('[2026] No. 17'), 'text/plain'],
    ['text', () => text(NOTICE_EN), 'text/plain'],
    ['text in GB 18030', () => encodeGb18030(NOTICE_ZH), 'text/plain'],
    ['text in UTF-16', () => Buffer.from(`\uFEFF${NOTICE_ZH}`, 'utf16le'), 'text/plain'],
    ['text that begins like a bitmap', () => text('BM is the mark of a bitmap.'), 'text/plain'],
    ['text about PDF', () => text('A PDF begins with %PDF-1.7.'), 'text/plain'],
    ['a photo', makePng, 'image/png'],
  ])('%s', async (_name, make, media_type) => {
    expect(await typeOf(make())).toBe(media_type);
    // Neither a name nor a declaration turns it into something else.
    for (const file_name of ['x.pdf', 'x.exe', 'x.docx', 'x.html', 'x.png'])
      expect(await typeOf(make(), { file_name, declared_media_type: 'application/json' })).toBe(media_type);
  });

  test('CSV is text whose name or sender says so', async () => {
    const csv = text('declaration_no,direction\n310420260000000001,export\n');
    expect(await typeOf(csv)).toBe('text/plain');
    expect(await typeOf(csv, { file_name: '报关.CSV' })).toBe('text/csv');
    expect(await typeOf(csv, { declared_media_type: 'text/csv' })).toBe('text/csv');
    expect(await typeOf(pdf(), { file_name: 'x.csv', declared_media_type: 'text/csv' })).toBe(
      'application/pdf',
    );
  });

  test.each<[string, () => Uint8Array, string]>([
    ['nothing', () => new Uint8Array(0), 'empty'],
    ['a program', makeProgram, 'unsupported application/x-msdownload'],
    ['an archive', () => makeZip([{ name: 'a.txt', data: Buffer.from('a') }]), 'unsupported application/zip'],
    ['an archive that is cut off', () => makeDocx(['a']).subarray(0, 40), 'unsupported application/zip'],
    ['a picture that can carry scripts', () => text('<svg><script/></svg>'), 'unsupported image/svg+xml'],
    [
      'the same behind a declaration',
      () => text('<?xml version="1.0"?>\n<!DOCTYPE svg PUBLIC "x">\n<svg/>'),
      'unsupported image/svg+xml',
    ],
    ['rich text', () => text('{\\rtf1\\ansi hello}'), 'unsupported application/rtf'],
    ['bytes without a meaning', () => Uint8Array.of(1, 2, 3, 250, 251, 252), 'unsupported'],
    [
      'an Office file with a password',
      () => makeCompoundFile({ EncryptedPackage: Buffer.alloc(5_000) }),
      'encrypted_office',
    ],
    [
      'slides of the old kind',
      () => makeCompoundFile({ 'PowerPoint Document': Buffer.alloc(5_000) }),
      'unsupported application/x-cfb',
    ],
  ])('%s is refused', async (_name, make, refusal) => {
    expect(await typeOf(make(), { file_name: 'notice.pdf', declared_media_type: 'application/pdf' })).toBe(
      refusal,
    );
  });

  test('a Word document that carries macros is refused', async () => {
    const types = `<Types><Override PartName="/word/document.xml" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>`;
    const file = makeZip([
      { name: '[Content_Types].xml', data: Buffer.from(types) },
      { name: 'word/document.xml', data: Buffer.from('<w:document/>') },
    ]);
    expect(await typeOf(file, { file_name: 'x.docx' })).toMatch(/^unsupported/);
  });
});

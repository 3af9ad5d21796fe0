import { describe, expect, it } from 'vitest';
import { isMhtml, readMhtml } from './mhtml.ts';

const MARK = '----MultipartBoundary--aB3----';
const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

function saved(encoding: string, body: string, { end = '\r\n', charset = 'utf-8' } = {}): Uint8Array {
  const lines = [
    'From: <Saved by a browser>',
    'Snapshot-Content-Location: http://ningbo.customs.gov.cn/a.html',
    'Subject: =?utf-8?Q?=E5=85=AC=E5=91=8A?=',
    'MIME-Version: 1.0',
    'Content-Type: multipart/related;',
    '\ttype="text/html";',
    `\tboundary="${MARK}"`,
    '',
    '',
    `--${MARK}`,
    `Content-Type: text/html; charset="${charset}"`,
    `Content-Transfer-Encoding: ${encoding}`,
    'Content-Location: http://ningbo.customs.gov.cn/a.html',
    '',
    body,
    `--${MARK}`,
    'Content-Type: image/png',
    'Content-Transfer-Encoding: base64',
    '',
    'iVBORw0KGgo=',
    `--${MARK}--`,
  ];
  return latin1(lines.join(end));
}

describe('readMhtml', () => {
  const page = '<h1>公告</h1><p>a=1</p>';
  const utf8 = [...new TextEncoder().encode(page)];
  const quoted = utf8
    .map((byte) =>
      byte > 0x7e || byte === 0x3d ? `=${byte.toString(16).toUpperCase()}` : String.fromCharCode(byte),
    )
    .join('');
  const textOf = (bytes: Uint8Array) => new TextDecoder().decode(readMhtml(bytes)?.bytes);

  it.each([
    [
      'quoted lines that are broken softly',
      saved('quoted-printable', `${quoted.slice(0, 12)}=\r\n${quoted.slice(12)}`),
    ],
    ['base64', saved('base64', Buffer.from(page).toString('base64'))],
    [
      'bytes as they are',
      saved(
        '8bit',
        latin1(String.fromCharCode(...utf8)).reduce((all, byte) => all + String.fromCharCode(byte), ''),
      ),
    ],
    ['lines that end in a line feed alone', saved('quoted-printable', quoted, { end: '\n' })],
  ])('takes the page out of %s', (_, bytes) => {
    expect(textOf(bytes)).toBe(page);
    expect(readMhtml(bytes)).toMatchObject({
      address: 'http://ningbo.customs.gov.cn/a.html',
      charset: 'utf-8',
    });
  });

  it('leaves other files alone', () => {
    for (const text of [page, 'Note: a text\n\nwith a colon', ''])
      expect(isMhtml(new TextEncoder().encode(text))).toBe(false);
    expect(readMhtml(latin1('Content-Type: multipart/related; boundary=x\r\n\r\n--x--'))).toBeNull();
  });
});

/**
 * EBCDIC, as mainframes of insurers and authorities still write XML. Code page 037 from 0x40 on; below it only
 * blanks and line ends mean something in text.
 */
const CODE_PAGE_037 = [
  ' \u00a0âäàáãåçñ¢.<(+|&éêëèíîïìß!$*);¬',
  '-/ÂÄÀÁÃÅÇÑ¦,%_>?øÉÊËÈÍÎÏÌ`:#@\'="',
  'Øabcdefghi«»ðýþ±°jklmnopqrªºæ¸Æ¤',
  'µ~stuvwxyz¡¿ÐÝÞ®^£¥·©§¶¼½¾[]¯¨´×',
  '{ABCDEFGHI\u00adôöòóõ}JKLMNOPQR¹ûüùúÿ',
  '\\÷STUVWXYZ²ÔÖÒÓÕ0123456789³ÛÜÙÚ\u009f',
].join('');
const CONTROLS: Readonly<Record<number, string>> = { 0x05: '\t', 0x0d: '\r', 0x15: '\n', 0x25: '\n' };
/** Where code page 500 differs, the international one. */
const OF_500: Readonly<Record<number, string>> = {
  0x4a: '[',
  0x4f: '!',
  0x5a: ']',
  0x5f: '^',
  0xb0: '¢',
  0xba: '¬',
  0xbb: '|',
};

/** The code page of XML in EBCDIC, which begins `<?xm` in its own bytes; null for anything else. */
export function ebcdicOf(bytes: Uint8Array): string | null {
  const [a, b, c, d] = bytes;
  if (a !== 0x4c || b !== 0x6f || c !== 0xa7 || d !== 0x94) return null;
  const head = decodeEbcdic(bytes.subarray(0, 200), 'ebcdic-037');
  const declared = /encoding\s*=\s*["']([\w-]+)/.exec(head)?.[1] ?? '';
  if (/1140/.test(declared)) return 'ebcdic-1140';
  return /500|[-_](be|ch)$/i.test(declared) ? 'ebcdic-500' : 'ebcdic-037';
}

export function decodeEbcdic(bytes: Uint8Array, encoding: string): string {
  return Array.from(bytes, (byte) => {
    if (byte < 0x40) return CONTROLS[byte] ?? ' ';
    if (encoding === 'ebcdic-1140' && byte === 0x9f) return '€';
    return (encoding === 'ebcdic-500' ? OF_500[byte] : undefined) ?? CODE_PAGE_037[byte - 0x40] ?? '';
  }).join('');
}

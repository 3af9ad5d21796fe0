/** The byte that each character of Windows 1252 was read from. */
const BYTES: ReadonlyMap<number, number> = new Map(
  Array.from({ length: 128 }, (_, at) => [
    new TextDecoder('windows-1252').decode(Uint8Array.of(0x80 + at)).charCodeAt(0),
    0x80 + at,
  ]),
);
/** A character that no reading as Latin 1 or Windows 1252 gives. */
const OTHER =
  /[^\u0000-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013\u2014\u2018-\u201a\u201c-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]/;
const FIRST_OF_SEVERAL = /[\u00c2-\u00f4][^\u0000-\u007f]/;

/**
 * The text that was UTF-8, was taken for Latin 1 and written as UTF-8 once more: what was 公告 came as å…¬å‘Š. Null
 * for any other, which is as good as certain: each letter beyond ASCII must then be a part of a whole character.
 */
export function encodedOnce(text: string): string | null {
  if (OTHER.test(text) || !FIRST_OF_SEVERAL.test(text)) return null;
  // Latin 1 has control characters where Windows 1252 has signs.
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    bytes[at] = code < 0x80 ? code : (BYTES.get(code) ?? code);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

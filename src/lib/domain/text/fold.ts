/**
 * Text as it is compared: full-width forms narrowed (NFKC), zero-width characters dropped, dashes made one,
 * lower case, blanks collapsed. NFKC leaves U+2010 to U+2015, U+2212, U+2500 and U+30FC alone.
 */
export function fold(text: string): string {
  return narrow(text)
    .replace(/[\u2010-\u2015\u2212\u2500\u30FC]+/g, '-')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();
}

const NOT_ASCII = /[^\u0020-\u007e]/;

/** NFKC without zero-width characters and byte-order marks; plain ASCII comes back as it is. */
export function narrow(text: string): string {
  return NOT_ASCII.test(text) ? text.normalize('NFKC').replace(/[\u200B-\u200D\u2060\uFEFF]/g, '') : text;
}

/** What an ideographic name and a spelled one are compared by: folded, without blanks and punctuation. */
export function foldName(text: string): string {
  return fold(text).replace(/[\s_\-./\\:;,'"()[\]{}<>*#、。，：；（）【】《》]+/g, '');
}

/** Text decoded from bytes, with the encoding that fitted best and the share of bytes it could not read. */
export type DecodedText = { text: string; encoding: string; unreadable_share: number };

const DECLARATION_BYTES = 2_048;
/** Old pages declare GB2312 or GBK and use characters of GB 18030, which contains both. */
const CHINESE = /^(gb|cp936|x-gbk|ms936)/i;

/**
 * Decodes text whose encoding is not known for sure: a byte order mark decides, else a declaration inside
 * the text (`charset=` of HTML, `encoding=` of XML), else UTF-8, else GB 18030. A declaration that does not
 * fit the bytes is overruled by an encoding that does.
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  const marked = byteOrderMark(bytes);
  if (marked) return decode(bytes, marked);
  const declared = declaredEncoding(bytes);
  let best: DecodedText | null = null;
  for (const encoding of new Set([declared ?? 'utf-8', 'utf-8', 'gb18030'])) {
    const decoded = decode(bytes, encoding);
    if (decoded.unreadable_share === 0) return decoded;
    if (!best || decoded.unreadable_share < best.unreadable_share) best = decoded;
  }
  return best ?? { text: '', encoding: 'utf-8', unreadable_share: 0 };
}

/** At most this share of broken or control characters is a text with blemishes; more is not text. */
const BLEMISHES_MAX = 0.005;

/** Whether these bytes are text at all: no NUL, hardly any control or unreadable characters. */
export function looksLikeText(decoded: DecodedText): boolean {
  const { text, unreadable_share } = decoded;
  if (text.includes('\0') || unreadable_share > BLEMISHES_MAX) return false;
  let controls = 0;
  for (const match of text.matchAll(CONTROL)) controls += match[0].length;
  return controls <= text.length * BLEMISHES_MAX;
}

const CONTROL = /[\u0001-\u0008\u000b\u000e-\u001f\u007f]+/g;

/**
 * Text as it is stored: line ends are `\n`, control characters but tab and form feed are gone, lines do not
 * end in spaces, and at most `characters_max` UTF-16 units are kept.
 */
export function tidyText(text: string, characters_max: number): { text: string; is_truncated: boolean } {
  const tidy = text
    .slice(0, characters_max * 2)
    .toWellFormed()
    .replace(/\r\n?|\u2028|\u2029/g, '\n')
    .replace(CONTROL, '')
    .replaceAll('\0', '')
    .replace(/[^\S\n\f]+(?=[\n\f]|$)/g, '')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+|\n+$/g, '');
  if (tidy.length <= characters_max) return { text: tidy, is_truncated: text.length > characters_max * 2 };
  return {
    text: tidy
      .slice(0, characters_max)
      .toWellFormed()
      .replace(/\uFFFD$/, ''),
    is_truncated: true,
  };
}

function byteOrderMark(bytes: Uint8Array): string | null {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return null;
}

function declaredEncoding(bytes: Uint8Array): string | null {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, DECLARATION_BYTES));
  const named =
    /<meta[^>]+charset\s*=\s*["']?\s*([\w-]+)/i.exec(head)?.[1] ??
    /<\?xml[^>]+encoding\s*=\s*["']([\w-]+)["']/i.exec(head)?.[1];
  if (!named) return null;
  if (CHINESE.test(named)) return 'gb18030';
  try {
    const { encoding } = new TextDecoder(named);
    // Without a byte order mark a declaration that could be read as ASCII is not UTF-16.
    return encoding.startsWith('utf-16') ? 'utf-8' : encoding;
  } catch {
    return null;
  }
}

function decode(bytes: Uint8Array, encoding: string): DecodedText {
  const text = new TextDecoder(encoding).decode(bytes);
  let unreadable = 0;
  for (let at = text.indexOf('\uFFFD'); at >= 0; at = text.indexOf('\uFFFD', at + 1)) unreadable += 1;
  return { text, encoding, unreadable_share: unreadable / Math.max(text.length, 1) };
}

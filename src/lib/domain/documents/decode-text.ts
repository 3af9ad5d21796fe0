import { unifyRadicals } from '#lib/domain/text/radicals.ts';

/** Text decoded from bytes, with the encoding that fitted best and the share of bytes it could not read. */
export type DecodedText = { text: string; encoding: string; unreadable_share: number };

const DECLARATION_BYTES = 2_048;
/** Old pages declare GB2312 or GBK and use characters of GB 18030, which contains both. */
const GB = /^(gb|cp936|x-gbk|ms936)/i;
/** Encodings in which hardly a byte is wrong, so that a declaration of one proves nothing. */
const SINGLE_BYTE = /^(windows-|iso-8859-|koi8-|ibm866|macintosh|x-mac-)/;
/** The first character that UTF-8 writes with three bytes; no other encoding looks like that by chance. */
const THREE_BYTES = /[\u0800-\uffff]/;

/**
 * Decodes text whose encoding is not known for sure: a byte order mark decides, else the zeros of UTF-16,
 * else UTF-8 where the bytes are faultless UTF-8, else a declaration inside the text (`charset=` of HTML,
 * `encoding=` of XML), else GB 18030 or Big5, whichever makes commoner characters of them. A declaration
 * that the bytes contradict is overruled: pages are moved between servers and their first line is not.
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  const marked = byteOrderMark(bytes);
  if (marked) return decode(bytes, marked);
  const wide = unmarkedUtf16(bytes);
  if (wide) return wide;
  const declared = declaredEncoding(bytes);
  const utf8 = decode(bytes, 'utf-8');
  if (utf8.unreadable_share === 0 && isSurelyUtf8(utf8.text, bytes, declared)) return utf8;
  const chinese = likelierChinese(bytes, declared);
  const is_overruled = declared === null || isChinese(declared) || SINGLE_BYTE.test(declared);
  const order = is_overruled ? [chinese, declared] : [declared, chinese];
  return firstThatFits(bytes, [...order, 'utf-8', 'gb18030']);
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
 * Text as it is stored: line ends are `\n`, control characters but tab and form feed are gone, radicals are
 * the characters they stand for, lines do not end in spaces, and at most `characters_max` UTF-16 units are
 * kept.
 */
export function tidyText(text: string, characters_max: number): { text: string; is_truncated: boolean } {
  const tidy = unifyRadicals(text.slice(0, characters_max * 2).toWellFormed())
    .replace(/\r\n?|\u2028|\u2029/g, '\n')
    .replace(CONTROL, '')
    .replaceAll('\0', '')
    // Looking back first keeps this linear: else a line of a million blanks is tried from each of them.
    .replace(/(?<![^\S\n\f])[^\S\n\f]+(?=[\n\f]|$)/g, '')
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

/** Plain ASCII is left to its declaration: ISO-2022-JP is written in ASCII alone. */
function isSurelyUtf8(text: string, bytes: Uint8Array, declared: string | null): boolean {
  if (declared === null || declared === 'utf-8' || THREE_BYTES.test(text)) return true;
  if (SINGLE_BYTE.test(declared) && /[^\0-\x7f]/.test(text)) return true;
  return decode(bytes, declared).unreadable_share > 0;
}

/** The bytes in the first encoding that reads all of them, else in the one that reads most. */
function firstThatFits(bytes: Uint8Array, encodings: readonly (string | null)[]): DecodedText {
  let best: DecodedText | null = null;
  for (const encoding of new Set(encodings)) {
    if (encoding === null) continue;
    const decoded = decode(bytes, encoding);
    if (decoded.unreadable_share === 0) return decoded;
    if (!best || decoded.unreadable_share < best.unreadable_share) best = decoded;
  }
  return best ?? { text: '', encoding: 'utf-8', unreadable_share: 0 };
}

function byteOrderMark(bytes: Uint8Array): string | null {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return null;
}

/** As much of the bytes as is counted to tell encodings apart. */
const SAMPLE_BYTES = 64 * 1024;
/** Letters, digits and signs that English and Chinese texts consist of. */
const PLAUSIBLE = /[\t\n\r\f -~\u00a0-\u00ff\u2010-\u203b\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]/g;
const PLAUSIBLE_SHARE_MIN = 0.95;

/** English in UTF-16 is zeros by half; ASCII with a stray zero in it is not, though it reads as rare ideographs. */
const ZERO_SHARE_OF_ASCII_MIN = 0.4;

/** UTF-16 without a byte order mark: the upper halves of line ends, digits and Latin letters are zero. */
function unmarkedUtf16(bytes: Uint8Array): DecodedText | null {
  if (bytes.byteLength % 2 !== 0) return null;
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  let first = 0;
  let second = 0;
  let is_ascii = true;
  for (const [at, byte] of sample.entries()) {
    if (byte >= 0x80) is_ascii = false;
    if (byte !== 0) continue;
    if (at % 2 === 0) first += 1;
    else second += 1;
  }
  if (first + second === 0) return null;
  if (is_ascii && first + second < sample.byteLength * ZERO_SHARE_OF_ASCII_MIN) return null;
  // As many zeros on one side as on the other: 一 (U+4E00) has its own on the side where letters have none.
  const orders = first === second ? BOTH_ORDERS : [second > first ? 'utf-16le' : 'utf-16be'];
  const read = orders
    .map((order) => decode(bytes, order))
    .filter(({ unreadable_share }) => unreadable_share === 0);
  const [best] = read
    .map((decoded) => ({ decoded, share: plausibleShare(decoded.text) }))
    .sort((a, b) => b.share - a.share);
  return best && best.share >= PLAUSIBLE_SHARE_MIN ? best.decoded : null;
}

const BOTH_ORDERS = ['utf-16le', 'utf-16be'];

function plausibleShare(text: string): number {
  const head = text.slice(0, SAMPLE_BYTES);
  return (head.match(PLAUSIBLE)?.length ?? 0) / Math.max(1, head.length);
}

function declaredEncoding(bytes: Uint8Array): string | null {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, DECLARATION_BYTES));
  const named =
    /<meta[^>]+charset\s*=\s*["']?\s*([\w-]+)/i.exec(head)?.[1] ??
    /<\?xml[^>]+encoding\s*=\s*["']([\w-]+)["']/i.exec(head)?.[1];
  if (!named) return null;
  if (GB.test(named)) return 'gb18030';
  try {
    const { encoding } = new TextDecoder(named);
    // Without a byte order mark a declaration that could be read as ASCII is not UTF-16.
    return encoding.startsWith('utf-16') ? 'utf-8' : encoding;
  } catch {
    return null;
  }
}

type Chinese = 'gb18030' | 'big5';
/** Share of frequent characters from which bytes count as Chinese although something else was declared. */
const SURELY_CHINESE = 0.8;
/** A declared one of the two yields only to an other that fits this much better. */
const CLEARLY_BETTER = 0.25;
/** Fewer characters than these overrule no declaration. */
const CHARACTERS_MIN = 4;

function isChinese(encoding: string): encoding is Chinese {
  return encoding === 'gb18030' || encoding === 'big5';
}

/**
 * Which of the two Chinese encodings these bytes are in; null when they are in neither for sure. Both
 * standards put their frequent characters first: GB 2312 its 3,755 of level 1 in the rows B0 to D7, Big5 its
 * 5,401 in A4 to C6. Read in the wrong one, characters scatter over the whole table.
 */
function likelierChinese(bytes: Uint8Array, declared: string | null): Chinese | null {
  const gb = frequentShare(bytes, 'gb18030', (lead, trail) => lead >= 0xb0 && lead <= 0xd7 && trail >= 0xa1);
  const big5 = frequentShare(bytes, 'big5', (lead) => lead >= 0xa4 && lead <= 0xc6);
  if (declared === 'gb18030') return big5 - gb > CLEARLY_BETTER ? 'big5' : 'gb18030';
  if (declared === 'big5') return gb - big5 > CLEARLY_BETTER ? 'gb18030' : 'big5';
  const [best, share]: [Chinese, number] = big5 > gb ? ['big5', big5] : ['gb18030', gb];
  const is_open = declared === null || declared === 'utf-8';
  return share >= (is_open ? 0 : SURELY_CHINESE) ? best : null;
}

/** Share of the ideographs that are frequent ones; below 0 when there are few or the encoding does not fit. */
function frequentShare(
  bytes: Uint8Array,
  encoding: Chinese,
  isFrequent: (lead: number, trail: number) => boolean,
): number {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  let frequent = 0;
  let all = 0;
  for (let at = 0; at + 1 < sample.byteLength; at += 1) {
    const lead = sample[at] ?? 0;
    if (lead < 0x81) continue;
    const trail = sample[at + 1] ?? 0;
    at += encoding === 'gb18030' && trail >= 0x30 && trail <= 0x39 ? 3 : 1;
    // Punctuation and full-width forms stand in the rows A1 to A3 of both.
    if (lead >= 0xa1 && lead <= 0xa3) continue;
    all += 1;
    if (isFrequent(lead, trail)) frequent += 1;
  }
  // As a stream, so that half a character at the end of the sample is no error.
  const text = new TextDecoder(encoding).decode(sample, { stream: true });
  if (all < CHARACTERS_MIN || text.includes('\uFFFD')) return -1;
  return frequent / all;
}

function decode(bytes: Uint8Array, encoding: string): DecodedText {
  const text = new TextDecoder(encoding).decode(bytes);
  let unreadable = 0;
  for (let at = text.indexOf('\uFFFD'); at >= 0; at = text.indexOf('\uFFFD', at + 1)) unreadable += 1;
  return { text, encoding, unreadable_share: unreadable / Math.max(text.length, 1) };
}

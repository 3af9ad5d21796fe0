/** The encoding that a byte order mark names, or null. */
export function byteOrderMark(bytes: Uint8Array): string | null {
  const [a, b, c, d] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? 'utf-32le' : 'utf-16le';
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return 'utf-32be';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  return null;
}

/**
 * UTF-16 and UTF-32 without a mark show their zero bytes beside the first characters, which are ASCII;
 * UTF-16 of text that begins otherwise shows them at its line ends, digits and Latin letters.
 */
export function wideWithoutMark(bytes: Uint8Array): string | null {
  const [a, b, c, d] = bytes;
  if (!a && !b && !c && d) return 'utf-32be';
  if (a && !b && !c && !d) return 'utf-32le';
  if (!a && b && !c && d) return 'utf-16be';
  if (a && !b && c && !d) return 'utf-16le';
  return unmarkedUtf16(bytes);
}

/** As much of the bytes as is counted to tell encodings apart. */
const SAMPLE_BYTES = 64 * 1024;
/** Letters, digits and signs that English and Chinese texts consist of. */
const PLAUSIBLE = /[\t\n\r\f -~\u00a0-\u00ff\u2010-\u203b\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]/g;
const PLAUSIBLE_SHARE_MIN = 0.95;

/** English in UTF-16 is zeros by half; ASCII with a stray zero in it is not, though it reads as rare ideographs. */
const ZERO_SHARE_OF_ASCII_MIN = 0.4;

/** UTF-16 without a byte order mark: the upper halves of line ends, digits and Latin letters are zero. */
function unmarkedUtf16(bytes: Uint8Array): string | null {
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
  const [best] = orders
    .map((order) => ({ order, share: plausibleShare(new TextDecoder(order).decode(bytes)) }))
    .sort((a, b) => b.share - a.share);
  return best && best.share >= PLAUSIBLE_SHARE_MIN ? best.order : null;
}

const BOTH_ORDERS = ['utf-16le', 'utf-16be'];

function plausibleShare(text: string): number {
  // What is no character of this order speaks against it wherever it stands.
  if (text.includes('\uFFFD')) return 0;
  const head = text.slice(0, SAMPLE_BYTES);
  return (head.match(PLAUSIBLE)?.length ?? 0) / Math.max(1, head.length);
}

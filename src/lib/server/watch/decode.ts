import { analyse } from 'chardet';
import iconv from 'iconv-lite';
import {
  guessEastAsian,
  logLikelihood,
  standsInPairs,
  type EastAsian,
} from '#lib/domain/text/guess-encoding.ts';

/** What a source says about the encoding of its bytes, outside the bytes themselves. */
export type EncodingHints = {
  /** Set by a person for this source: always used. */
  override?: string | null;
  /** `charset=` of the Content-Type header. */
  header?: string | null;
};

export type Decoded = {
  text: string;
  encoding: string;
  decided_by: 'override' | 'byte_order_mark' | 'declaration' | 'content';
  /** The declaration that the bytes contradict. */
  contradicted: string | null;
  /** Characters that could not be read, as a share of all. */
  unreadable_share: number;
};

const DECLARATION_BYTES = 2_048;
/** Natural-log advantage per character from which the content overrules a declaration that decodes too. */
const OVERRULING_LOG = 1;
const OVERRULING_CHARACTERS = 3;
/** In the library's points of a hundred. */
const CONFIDENCE_MIN = 20;
const OTHER_SCRIPT = /^(KOI8|windows-125[13568]|windows-874|TIS|ISO-8859-(5|6|7|8|11))/i;

/**
 * Decodes what a source sent. A person's override and a byte order mark decide; valid UTF-8 is UTF-8 whatever
 * is declared, since text of another encoding is hardly ever valid UTF-8 by chance; then the header, then the
 * declaration inside the text, each believed only while the bytes fit it; else the content decides.
 */
export function decodeSource(bytes: Uint8Array, hints: EncodingHints = {}): Decoded {
  const override = knownEncoding(hints.override);
  if (override) return { ...decodeAs(bytes, override), decided_by: 'override', contradicted: null };
  const marked = byteOrderMark(bytes) ?? wideWithoutMark(bytes);
  if (marked) return { ...decodeAs(bytes, marked), decided_by: 'byte_order_mark', contradicted: null };
  const declared = [...new Set([knownEncoding(hints.header), knownEncoding(declaredInside(bytes))])].filter(
    (name) => name !== null,
  );
  const first = declared[0] ?? null;
  if (isSevenBit(bytes)) {
    const escaped = declared.find((name) => name === 'hz' || name === 'iso-2022-jp');
    return { ...decodeAs(bytes, escaped ?? 'utf-8'), decided_by: 'declaration', contradicted: null };
  }
  if (isUtf8(bytes) && !isRatherTwoBytes(bytes, declared)) {
    const contradicted = first && first !== 'utf-8' ? first : null;
    return {
      ...decodeAs(bytes, 'utf-8'),
      decided_by: contradicted ? 'content' : 'declaration',
      contradicted,
    };
  }
  for (const name of declared) {
    const decoded = decodeAs(bytes, name);
    if (decoded.unreadable_share === 0 && !isOverruled(bytes, name))
      return { ...decoded, decided_by: 'declaration', contradicted: name === first ? null : first };
  }
  return { ...decodeByContent(bytes, declared), decided_by: 'content', contradicted: first };
}

/**
 * A few Chinese characters may be valid UTF-8 by chance: then they look like marks and not like letters, or
 * are hardly more than one while a Chinese encoding is declared.
 */
function isRatherTwoBytes(bytes: Uint8Array, declared: readonly string[]): boolean {
  const beyond = decodeAs(bytes, 'utf-8').text.match(/[^\u0000-\u007f]/gu) ?? [];
  if (beyond.some((character) => character >= '\u0800')) return false;
  const name = declared.find(isEastAsian) ?? guessEastAsian(bytes)[0]?.encoding;
  if (!name || decodeAs(bytes, name).unreadable_share > 0) return false;
  const guess = guessEastAsian(bytes).find(({ encoding }) => encoding === name);
  if (!guess || !isOrdinary(guess)) return false;
  const is_few = declared.includes(name) && beyond.length <= 3;
  return is_few || !beyond.some((character) => /\p{L}/u.test(character));
}

/** Whether the bytes speak clearly for another encoding than the declared one, which decodes them too. */
function isOverruled(bytes: Uint8Array, declared: string): boolean {
  const [best] = guessEastAsian(bytes, languageInside(bytes));
  if (!best || best.encoding === declared || decodeAs(bytes, best.encoding).unreadable_share > 0)
    return false;
  if (!isEastAsian(declared)) return isWestern(declared) && standsInPairs(bytes) && isOrdinary(best);
  if (best.characters < OVERRULING_CHARACTERS) return false;
  const advantage = best.log_likelihood - logLikelihood(bytes, declared);
  return advantage / best.characters > OVERRULING_LOG;
}

/** Whether a guess reads as ordinary text: on average at least as probable as a common character. */
function isOrdinary({ log_likelihood, characters }: { log_likelihood: number; characters: number }): boolean {
  return log_likelihood / characters > Math.log(1 / 40_000);
}

function decodeByContent(
  bytes: Uint8Array,
  declared: readonly string[],
): Pick<Decoded, 'text' | 'encoding' | 'unreadable_share'> {
  const [east_asian] = guessEastAsian(bytes, languageInside(bytes));
  const other_script = otherScriptGuess(bytes);
  const candidates = [
    ...(east_asian && isOrdinary(east_asian) ? [east_asian.encoding] : []),
    ...(other_script ? [other_script] : []),
    ...(east_asian && standsInPairs(bytes) ? [east_asian.encoding] : []),
    ...declared,
    'windows-1252',
    'gb18030',
  ];
  let best: Pick<Decoded, 'text' | 'encoding' | 'unreadable_share'> | null = null;
  for (const name of new Set(candidates)) {
    const decoded = decodeAs(bytes, name);
    if (decoded.unreadable_share === 0) return decoded;
    // A stray byte in a long text does not speak against its encoding.
    if (!best || decoded.unreadable_share < best.unreadable_share / 2) best = decoded;
  }
  return best ?? decodeAs(bytes, 'utf-8');
}

/** An encoding of Cyrillic, Greek, Hebrew, Arabic or Thai letters that the bytes clearly are in. */
function otherScriptGuess(bytes: Uint8Array): string | null {
  const [top] = analyse(withoutTags(bytes));
  if (!top || top.confidence < CONFIDENCE_MIN || !OTHER_SCRIPT.test(top.name)) return null;
  return knownEncoding(top.name);
}

/** Tags are ASCII and would outnumber the letters that tell. */
function withoutTags(bytes: Uint8Array): Uint8Array {
  let is_tag = false;
  return bytes.filter((byte) => {
    if (byte === 0x3c) is_tag = true;
    const is_kept = !is_tag;
    if (byte === 0x3e) is_tag = false;
    return is_kept;
  });
}

function byteOrderMark(bytes: Uint8Array): string | null {
  const [a, b, c, d] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? 'utf-32le' : 'utf-16le';
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return 'utf-32be';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  return null;
}

/** UTF-16 and UTF-32 without a mark show their zero bytes beside the first characters, which are ASCII. */
function wideWithoutMark(bytes: Uint8Array): string | null {
  const [a, b, c, d] = bytes;
  if (!a && !b && !c && d) return 'utf-32be';
  if (a && !b && !c && !d) return 'utf-32le';
  if (!a && b && !c && d) return 'utf-16be';
  if (a && !b && c && !d) return 'utf-16le';
  return null;
}

function declaredInside(bytes: Uint8Array): string | null {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, DECLARATION_BYTES));
  return (
    /<\?xml[^>]+?encoding\s*=\s*["']?\s*([\w.:()-]+)/i.exec(head)?.[1] ??
    /<meta[^>]+?charset\s*=\s*["']?\s*([\w.:()-]+)/i.exec(head)?.[1] ??
    null
  );
}

function languageInside(bytes: Uint8Array): string | null {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, DECLARATION_BYTES));
  return (
    /<(?:dc:)?language>\s*([\w-]+)/i.exec(head)?.[1] ?? /\blang\s*=\s*["']([\w-]+)/i.exec(head)?.[1] ?? null
  );
}

/** Names that pages use for encodings whose superset is meant. */
const ALIASES: readonly (readonly [RegExp, string])[] = [
  [/^hz/i, 'hz'],
  [/^(gb|cp936|ms936|x-gbk|euc-?cn|iso-ir-58|chinese|windows-936|csgb)/i, 'gb18030'],
  [/^(big-?5|cp950|x-x-big5|windows-950|csbig5)/i, 'big5'],
  [/^(ucs-?2|utf-?16)$/i, 'utf-8'],
  [/^(ucs-?4|utf-?32)$/i, 'utf-8'],
];

function knownEncoding(name: string | null | undefined): string | null {
  if (!name) return null;
  const wanted = name.trim().replace(/^["']|["']$/g, '');
  const alias = ALIASES.find(([pattern]) => pattern.test(wanted))?.[1];
  if (alias) return alias;
  try {
    const { encoding } = new TextDecoder(wanted);
    // Without a mark, a declaration that could be read as ASCII is not UTF-16.
    return encoding.startsWith('utf-16') ? 'utf-8' : encoding;
  } catch {
    return iconv.encodingExists(wanted) ? wanted.toLowerCase() : null;
  }
}

function isEastAsian(name: string | undefined): name is EastAsian {
  return (
    name === 'gb18030' || name === 'big5' || name === 'shift_jis' || name === 'euc-jp' || name === 'euc-kr'
  );
}

/** Declared by programs that never thought about it. */
function isWestern(name: string): boolean {
  return /^(windows-125[024]|iso-8859-(1|2|9|15)|macintosh)$/.test(name);
}

function isSevenBit(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte < 0x80);
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function decodeAs(
  bytes: Uint8Array,
  encoding: string,
): Pick<Decoded, 'text' | 'encoding' | 'unreadable_share'> {
  const text = textOf(bytes, encoding);
  let unreadable = 0;
  for (let at = text.indexOf('\uFFFD'); at >= 0; at = text.indexOf('\uFFFD', at + 1)) unreadable += 1;
  return { text, encoding, unreadable_share: unreadable / Math.max(text.length, 1) };
}

function textOf(bytes: Uint8Array, encoding: string): string {
  if (encoding === 'hz') return decodeHz(bytes);
  try {
    return new TextDecoder(encoding).decode(bytes);
  } catch {
    return iconv.decode(Buffer.from(bytes), encoding);
  }
}

/** HZ (RFC 1843): GB 2312 in seven bits between `~{` and `~}`. */
function decodeHz(bytes: Uint8Array): string {
  const out: number[] = [];
  let is_chinese = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    const next = bytes[at + 1] ?? 0;
    if (byte === 0x7e && (next === 0x7b || next === 0x7d || next === 0x7e || next === 0x0a)) {
      if (next === 0x7e) out.push(0x7e);
      else if (next !== 0x0a) is_chinese = next === 0x7b;
      at += 1;
    } else if (is_chinese && byte > 0x20 && next > 0x20) {
      out.push(byte | 0x80, next | 0x80);
      at += 1;
    } else out.push(byte);
  }
  return new TextDecoder('gb18030').decode(Uint8Array.from(out));
}

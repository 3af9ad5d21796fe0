import iconv from 'iconv-lite';
import {
  guessEastAsian,
  logLikelihood,
  pairsInsideWords,
  standsAlone,
  standsAsBig5,
  standsInPairs,
  type EastAsian,
  type EncodingGuess,
} from '#lib/domain/text/guess-encoding.ts';
import { guessAlphabet, type AlphabetGuess } from '#lib/domain/text/guess-alphabet.ts';
import { declarationIn, declaredInside, knownEncoding } from './encoding-names.ts';
import { byteOrderMark, wideWithoutMark } from './wide-text.ts';
import { encodedOnce } from './encoded-twice.ts';
import { decodeEbcdic, ebcdicOf } from './ebcdic.ts';
import { decodeHz, decodeShifted, ESCAPED, escapedEncoding } from './escaped-text.ts';

/** What is said about the encoding of bytes, outside the bytes themselves. */
export type EncodingHints = {
  /** Set by a person: always used. */
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
  /** So much of it could not be read that the encoding is the wrong one, and not a character cut in the middle. */
  is_mojibake: boolean;
};

/** A stray byte or two is in many texts. */
const MOJIBAKE_SHARE_MAX = 0.01;
/** Natural-log advantage per character from which the content overrules a declaration that decodes too. */
const OVERRULING_LOG = 0.9;
const OVERRULING_CHARACTERS = 3;

/**
 * Decodes text whose encoding is not known for sure. A person's override and a byte order mark decide; valid UTF-8 is UTF-8 whatever
 * is declared, since text of another encoding is hardly ever valid UTF-8 by chance; then the header, then the
 * declaration inside the text, each believed only while the bytes fit it; else the content decides.
 */
export function decodeText(bytes: Uint8Array, hints: EncodingHints = {}): Decoded {
  const found = decide(bytes, hints);
  const once = found.encoding === 'utf-8' && found.decided_by !== 'override' ? encodedOnce(found.text) : null;
  const decided = { ...found, text: once ?? found.text };
  const is_mojibake = decided.unreadable_share > MOJIBAKE_SHARE_MAX && !isNearlyWhole(decided.text);
  return { ...decided, is_mojibake };
}

function decide(bytes: Uint8Array, hints: EncodingHints): Omit<Decoded, 'is_mojibake'> {
  const override = knownEncoding(hints.override);
  if (override) return { ...decodeAs(bytes, override), decided_by: 'override', contradicted: null };
  const marked = byteOrderMark(bytes) ?? ebcdicOf(bytes) ?? wideWithoutMark(bytes);
  if (marked) return { ...decodeAs(bytes, marked), decided_by: 'byte_order_mark', contradicted: null };
  const declared = [...new Set([knownEncoding(hints.header), knownEncoding(declaredInside(bytes))])].filter(
    (name) => name !== null,
  );
  const first = declared[0] ?? null;
  if (isSevenBit(bytes)) {
    const escaped = declared.find((name) => ESCAPED.has(name)) ?? escapedEncoding(bytes);
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
  // Servers say ISO-8859-1 of what they know nothing about: where another encoding is named too, that is meant.
  const by_weight = [...declared.filter((name) => !isWestern(name)), ...declared.filter(isWestern)];
  for (const name of by_weight) {
    const decoded = decodeAs(bytes, name);
    const fits = decoded.unreadable_share === 0 || (isEastAsian(name) && isNearlyWhole(decoded.text, 1));
    if (fits && !isOverruled(bytes, name))
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
  return is_few || !beyond.some((character) => /\p{L}/u.test(character)) || hasMixedWord(bytes);
}

const SCRIPTS = [/\p{Script=Latin}/u, /\p{Script=Greek}/u, /\p{Script=Cyrillic}/u, /\p{Script=Hebrew}/u];

/** Whether a word has letters of two alphabets, as no text has that is UTF-8 on purpose. */
function hasMixedWord(bytes: Uint8Array): boolean {
  const words = decodeAs(bytes, 'utf-8').text.match(/[\u0080-\u07ff]{2,}/g) ?? [];
  return words.some((word) => SCRIPTS.filter((script) => script.test(word)).length > 1);
}

/** Whether the bytes speak clearly for another encoding than the declared one, which decodes them too. */
function isOverruled(bytes: Uint8Array, declared: string): boolean {
  const [best] = guessEastAsian(bytes, languageInside(bytes));
  if (!best || best.encoding === declared) return false;
  const { text } = decodeAs(bytes, best.encoding);
  const is_japanese = best.encoding === 'shift_jis' || best.encoding === 'euc-jp';
  // Hardly any Japanese does without kana; ideographs alone are rather those of what was declared.
  if (!isNearlyWhole(text) || (is_japanese && isEastAsian(declared) && !/[\u3041-\u30ff]/.test(text)))
    return false;
  if (!isEastAsian(declared)) {
    const stands = standsInPairs(bytes) || (best.encoding === 'big5' && standsAsBig5(bytes));
    return isWestern(declared) && stands && isOrdinary(best);
  }
  // Characters that nobody has given a meaning are no reading, however few they are.
  if (best.characters < OVERRULING_CHARACTERS && !/[\ue000-\uf8ff]/.test(decodeAs(bytes, declared).text))
    return false;
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
  const east_asian = standsAlone(bytes) ? undefined : guessEastAsian(bytes, languageInside(bytes))[0];
  const alphabet = guessAlphabet(withoutTags(bytes));
  const is_alphabet = alphabet !== null && isRather(alphabet, { east_asian, bytes });
  const candidates = [
    ...(is_alphabet ? [alphabet.encoding] : []),
    ...(east_asian && (isOrdinary(east_asian) || standsInPairs(bytes)) ? [east_asian.encoding] : []),
    ...declared,
    'windows-1252',
    'gb18030',
  ];
  const utf8 = decodeAs(bytes, 'utf-8');
  if (isNearlyWhole(utf8.text, WHOLE_PER_BROKEN, CUT_OFF.test(utf8.text))) return utf8;
  let best: Pick<Decoded, 'text' | 'encoding' | 'unreadable_share'> | null = null;
  for (const name of new Set(candidates)) {
    const decoded = decodeAs(bytes, name);
    if (decoded.unreadable_share === 0 || (isEastAsian(name) && isNearlyWhole(decoded.text))) return decoded;
    // A stray byte in a long text does not speak against its encoding.
    if (!best || decoded.unreadable_share < best.unreadable_share / 2) best = decoded;
  }
  return best ?? decodeAs(bytes, 'utf-8');
}

/** How much more probable an alphabet has to be than ordinary text of two bytes a character, in natural logarithms. */
const ALPHABET_LOG = 8;

/** Two bytes inside a word of Latin letters speak for an alphabet by this much. */
const INSIDE_WORD_LOG = 6;

function isRather(
  alphabet: AlphabetGuess,
  { east_asian, bytes }: { east_asian: EncodingGuess | undefined; bytes: Uint8Array },
): boolean {
  if (!east_asian) return true;
  const least = east_asian.log_likelihood + (isOrdinary(east_asian) ? ALPHABET_LOG : 0);
  return alphabet.log_likelihood + INSIDE_WORD_LOG * pairsInsideWords(bytes) > least;
}

/** Ideographs, kana and hangul that stand for one broken place before it is a blemish and not the encoding. */
const WHOLE_PER_BROKEN = 4;
/** A short text that was cut has one broken place; two characters before it tell its encoding. */
const CUT_WHOLE_MIN = 2;
/** A broken place where a text ends. */
const CUT_OFF = /\ufffd(?:<|\s*$)/;

/** Whether hardly anything is broken in a text of many bytes a character: cut in the middle, or pasted in. */
function isNearlyWhole(text: string, whole_per_broken = WHOLE_PER_BROKEN, may_be_cut = true): boolean {
  const broken = text.match(/\ufffd/g)?.length ?? 0;
  const whole = text.match(/[\u1100-\ufffc]/g)?.length ?? 0;
  return broken === 0 || whole >= (broken === 1 && may_be_cut ? CUT_WHOLE_MIN : broken * whole_per_broken);
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

function languageInside(bytes: Uint8Array): string | null {
  const head = declarationIn(bytes);
  return (
    /<(?:dc:)?language>\s*([\w-]+)/i.exec(head)?.[1] ?? /\blang\s*=\s*["']([\w-]+)/i.exec(head)?.[1] ?? null
  );
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
  if (encoding === 'iso-2022-kr' || encoding === 'iso-2022-cn') return decodeShifted(bytes, encoding);
  if (encoding.startsWith('ebcdic-')) return decodeEbcdic(bytes, encoding);
  try {
    return new TextDecoder(encoding).decode(bytes);
  } catch {
    return iconv.decode(Buffer.from(bytes), encoding);
  }
}

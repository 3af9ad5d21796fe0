import { LANGUAGE_PROFILES, type LanguageProfile } from './letter-frequencies.ts';
import { standsAsThai } from './stands-as-thai.ts';

/** Which language and encoding of one byte a letter most probably wrote some bytes. */
export type AlphabetGuess = {
  language: string;
  encoding: string;
  /** Of all bytes beyond ASCII, to be compared with that of the East Asian encodings. */
  log_likelihood: number;
};

/** Bytes that are looked at: more change nothing. */
const BYTES_MAX = 20_000;
/** A letter of the same script that the language does not have: a name, or the wrong language. */
const FOREIGN_LETTER_LOG = Math.log(0.01 / 30);
/** What no writer of the language means: a sign inside a word, a capital behind a small letter, a control character. */
const NEVER_LOG = Math.log(1e-6);
const CAPITAL_LOG = Math.log(0.1);
const SIGNS = '“”„‘’‚–—…«»‹›°§©®™€£·•№ª²³±µ×½´`¿¡\u00a0';
const CLOSING = '’”»›';
const SIGN_LOG = Math.log(1 / 20);
/** Signs that stand inside words and numbers. */
const INNER_SIGNS = '’·\u00a0°ªº²³—–';
/** What one short word says of its language, and how far several together are believed, in natural logarithms. */
const WORD_LOG = 1.5;
const WORDS_LOG_MAX = 9;
/** What each letter says that stands where Thai has it: all of them do, or Thai is not considered. */
const THAI_ORDER_LOG = 0.15;
/** How much more readily Windows 1252 is believed than an encoding that was hardly ever left undeclared. */
const HANDICAP_LOG = 4;
/** These are hardly met at all. */
const RARE = new Set(['macintosh', 'x-mac-cyrillic', 'iso-8859-4']);
const RARE_HANDICAP_LOG = 8;

/**
 * The most probable reading of bytes that are not UTF-8 as text of one byte a letter: by how often languages write the
 * letters that an encoding makes of them, whether these make words, and by short words. Null for mere ASCII.
 */
export function guessAlphabet(bytes: Uint8Array): AlphabetGuess | null {
  const sample = sampleOf(bytes);
  if (sample.every((byte) => byte < 0x80)) return null;
  const is_thai = standsAsThai(sample);
  const profiles = LANGUAGE_PROFILES.filter(({ language }) => language !== 'th' || is_thai);
  const encodings = new Set(profiles.flatMap((profile) => profile.encodings));
  let best: (AlphabetGuess & { rank: number }) | null = null;
  for (const encoding of encodings) {
    const text = new TextDecoder(encoding).decode(sample);
    const beyond = beyondAscii(text);
    for (const profile of profiles) {
      if (!profile.encodings.includes(encoding)) continue;
      const order = profile.language === 'th' ? THAI_ORDER_LOG * beyond.length : 0;
      const log_likelihood = likelihoodOf(beyond, profile) + order;
      const words = Math.min(WORDS_LOG_MAX, WORD_LOG * countWords(text, profile));
      const rank = log_likelihood + words - handicapOf(encoding);
      if (!best || rank > best.rank) best = { language: profile.language, encoding, log_likelihood, rank };
    }
  }
  return best && { language: best.language, encoding: best.encoding, log_likelihood: best.log_likelihood };
}

function handicapOf(encoding: string): number {
  if (encoding === 'windows-1252') return 0;
  return RARE.has(encoding) ? RARE_HANDICAP_LOG : HANDICAP_LOG;
}

/** Bytes from shortly before the first that tells anything. */
function sampleOf(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte >= 0x80);
  const start = Math.max(0, first - BYTES_MAX / 20);
  return bytes.subarray(start, start + BYTES_MAX);
}

type Written = { small: string; is_capital: boolean; before: string; after: string };

function beyondAscii(text: string): Written[] {
  const found: Written[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character < '\u0080') continue;
    // The small letter of İ would be two characters.
    const small = character === 'İ' ? character : character.toLowerCase();
    found.push({
      small,
      is_capital: small !== character,
      before: text[at - 1] ?? ' ',
      after: text[at + 1] ?? ' ',
    });
  }
  return found;
}

function likelihoodOf(beyond: readonly Written[], profile: LanguageProfile): number {
  const total = profile.letters.values().reduce((sum, share) => sum + share, 0);
  const is_latin = profile.letters.keys().some((letter) => LATIN.test(letter));
  let log = 0;
  for (const one of beyond) {
    log += logOf(one, { profile, total, is_latin });
    // What East Asian encodings count as a second byte has to be told by this reading too.
    if (!ASCII_LETTER.test(one.after)) continue;
    const changes_case = CAPITAL.test(one.after) && SMALL.test(one.small) && !one.is_capital;
    log += ASCII_LETTER_LOG + (changes_case ? NEVER_LOG : 0);
  }
  return log;
}

function logOf(
  { small, is_capital, before, after }: Written,
  { profile, total, is_latin }: { profile: LanguageProfile; total: number; is_latin: boolean },
): number {
  // º and ª are letters to Unicode and signs to those who write them.
  const is_letter = LETTER.test(small) && !SIGNS.includes(small);
  if (!is_letter && !SIGNS.includes(small) && !MARK.test(small)) return NEVER_LOG;
  if (!is_letter && !MARK.test(small)) {
    const is_inside = LETTER.test(before) && LETTER.test(after) && !INNER_SIGNS.includes(small);
    if (is_inside) return NEVER_LOG;
    // Letters may follow what opens a quotation, hardly what closes it.
    const is_stray = CLOSING.includes(small) && !LETTER.test(before) && LETTER.test(after);
    return Math.log(profile.sign_share) + SIGN_LOG * (is_stray ? 2 : 1);
  }
  const share = profile.letters.get(small);
  const frequency =
    share === undefined
      ? LATIN.test(small) === is_latin
        ? FOREIGN_LETTER_LOG
        : NEVER_LOG
      : Math.log((share / total) * (1 - profile.sign_share));
  // Letters of words hardly touch digits, as ordinals do.
  if (DIGIT.test(before) || DIGIT.test(after)) return frequency + BESIDE_DIGIT_LOG;
  if (is_capital) return frequency + (SMALL.test(before) ? NEVER_LOG : CAPITAL_LOG);
  // Only Latin words have letters of ASCII beside those beyond it.
  return is_latin || !(LATIN.test(before) || LATIN.test(after)) ? frequency : frequency + NEVER_LOG / 2;
}

const ASCII_LETTER = /[A-Za-z]/;
const ASCII_LETTER_LOG = Math.log(1 / 20);
const CAPITAL = /\p{Lu}/u;
const DIGIT = /\d/;
const BESIDE_DIGIT_LOG = Math.log(1e-3);
const LETTER = /\p{L}/u;
const MARK = /\p{M}/u;
const SMALL = /\p{Ll}/u;
const LATIN = /\p{Script=Latin}/u;

function countWords(text: string, { words }: LanguageProfile): number {
  let count = 0;
  for (const [word] of text.matchAll(/\p{L}+/gu)) if (words.has(word.toLowerCase())) count += 1;
  return count;
}

import { COMMON_CHARACTERS } from './common-characters.ts';

/**
 * Which East Asian encoding bytes most probably are, by how often the lead and trail bytes of each occur in
 * ordinary text. Short texts count too: two or three characters usually tell, because GB 2312 never has a
 * trail byte below A1, Big 5 has one in two characters out of five, and kana and hangul lie in rows of their own.
 */
export type EastAsian = 'gb18030' | 'big5' | 'shift_jis' | 'euc-jp' | 'euc-kr';
export type EncodingGuess = { encoding: EastAsian; characters: number; log_likelihood: number };

/** Characters that are looked at: more change nothing. */
const CHARACTERS_MAX = 20_000;
const NEVER = 1e-7;
/** The first byte of a character whose second was cut off. Once it may happen. */
const CUT = 1e-4;
/**
 * Names and lists may consist of rare characters alone. Chinese ones are still believed, less readily by this much in
 * natural logarithms: what is read here is Chinese first of all, and rare ideographs look like common hangul.
 */
const RARE_TEXT_LOG = 2;
/** Hardly any Japanese does without kana. */
const WITHOUT_KANA_LOG = 3;

type Model = {
  trail: (byte: number) => boolean;
  trails: number;
  rows: readonly Row[];
  /** The part of a text that its common characters are. */
  common: number;
  /** Lead bytes of kana. */
  kana?: { first: number; last: number };
  /** Characters of one byte. */
  single?: Row;
  /** Pairs outside the rows that the encoding has as well, each with this probability. */
  rare?: number;
  /** How much more readily another encoding is believed where the text is too short to tell. */
  handicap: number;
};
/** Lead bytes from `first` to `last` share this part of all characters. */
type Row = { first: number; last: number; share: number };

const high = (byte: number) => byte >= 0xa1 && byte <= 0xfe;

const MODELS: Record<EastAsian, Model> = {
  gb18030: {
    handicap: 0,
    common: 0.7,
    trail: high,
    trails: 94,
    // The 15,000 further characters of GBK, traditional ones among them.
    rare: 0.02 / 15_000,
    rows: [
      { first: 0xa1, last: 0xa3, share: 0.1 },
      { first: 0xb0, last: 0xd7, share: 0.86 },
      { first: 0xd8, last: 0xf7, share: 0.02 },
    ],
  },
  big5: {
    handicap: 2,
    common: 0.7,
    trail: (byte) => (byte >= 0x40 && byte <= 0x7e) || high(byte),
    trails: 157,
    rows: [
      { first: 0xa1, last: 0xa3, share: 0.09 },
      { first: 0xa4, last: 0xc6, share: 0.9 },
      { first: 0xc9, last: 0xf9, share: 0.01 },
    ],
  },
  shift_jis: {
    handicap: 1,
    common: 0.7,
    kana: { first: 0x82, last: 0x83 },
    trail: (byte) => byte >= 0x40 && byte <= 0xfc && byte !== 0x7f,
    trails: 188,
    rows: [
      { first: 0x81, last: 0x81, share: 0.1 },
      { first: 0x82, last: 0x83, share: 0.5 },
      { first: 0x88, last: 0x9f, share: 0.35 },
      { first: 0xe0, last: 0xea, share: 0.03 },
    ],
    single: { first: 0xa1, last: 0xdf, share: 0.001 },
  },
  'euc-jp': {
    handicap: 3,
    common: 0.7,
    kana: { first: 0xa4, last: 0xa5 },
    trail: high,
    trails: 94,
    rows: [
      { first: 0xa1, last: 0xa3, share: 0.1 },
      { first: 0xa4, last: 0xa5, share: 0.5 },
      { first: 0xb0, last: 0xcf, share: 0.37 },
      { first: 0xd0, last: 0xf4, share: 0.02 },
    ],
  },
  'euc-kr': {
    handicap: 4,
    common: 0.9,
    trail: high,
    trails: 94,
    rows: [
      { first: 0xa1, last: 0xac, share: 0.05 },
      { first: 0xb0, last: 0xc8, share: 0.93 },
      { first: 0xca, last: 0xfd, share: 0.02 },
    ],
  },
};

const pairs_known = new Map<EastAsian, ReadonlySet<number>>();

/** The two bytes of each common character, as one number. */
function commonPairs(encoding: EastAsian): ReadonlySet<number> {
  const known = pairs_known.get(encoding);
  if (known) return known;
  const wanted: ReadonlySet<string> = new Set(COMMON_CHARACTERS[encoding]);
  const numbers: number[] = [];
  const bytes: number[] = [];
  for (let lead = 0x81; lead <= 0xfe; lead += 1)
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      if (!MODELS[encoding].trail(trail)) continue;
      numbers.push(lead * 256 + trail);
      // A line end keeps each pair from its neighbours, whatever it is.
      bytes.push(lead, trail, 0x0a);
    }
  const characters = new TextDecoder(encoding).decode(Uint8Array.from(bytes)).split('\n');
  const found = new Set(numbers.filter((_, at) => wanted.has(characters[at] ?? '')));
  pairs_known.set(encoding, found);
  return found;
}

/** The probability that a byte begins a character of one of these rows. */
function shareOf(rows: readonly Row[], byte: number): number {
  for (const { first, last, share } of rows)
    if (byte >= first && byte <= last) return share / (last - first + 1);
  return 0;
}

/** The language that the text names counts like this many times its probability, in natural logarithms. */
const LANGUAGE_LOG = 4;

/** The guesses, most probable first. `language` is what the text says of itself (`zh-TW`), if anything. */
export function guessEastAsian(bytes: Uint8Array, language: string | null = null): EncodingGuess[] {
  const named = encodingOfLanguage(language);
  const blanks = koreanByBlanks(bytes);
  const guesses: (EncodingGuess & { rank: number })[] = [];
  for (const encoding of ['gb18030', 'big5', 'shift_jis', 'euc-jp', 'euc-kr'] as const) {
    const { characters, log_likelihood } = likelihoodOf(bytes, encoding);
    const bonus = named.includes(encoding) ? LANGUAGE_LOG : 0;
    if (characters > 0)
      guesses.push({
        encoding,
        characters,
        log_likelihood,
        rank: log_likelihood + bonus + (encoding === 'euc-kr' ? blanks : 0) - MODELS[encoding].handicap,
      });
  }
  return guesses
    .sort((a, b) => b.rank - a.rank)
    .map(({ encoding, characters, log_likelihood }) => ({ encoding, characters, log_likelihood }));
}

/**
 * Korean is written in words of a few syllables with blanks between them, Chinese hardly with any. The rows of its
 * syllables are those of a good half of the frequent ideographs, so that nothing else tells a short text apart.
 */
const WITHIN_WORD_LOG = Math.log(0.93 / 0.6);
const BLANK_LOG = Math.log(0.4 / 0.07);

/** How far blanks between characters speak for Korean, in natural logarithms. */
function koreanByBlanks(bytes: Uint8Array): number {
  let log = 0;
  for (let at = 0; at < Math.min(bytes.length, 2 * CHARACTERS_MAX); at += 1) {
    if ((bytes[at] ?? 0) < 0x80) continue;
    at += 1;
    const [next = 0, then = 0] = bytes.subarray(at + 1, at + 3);
    if (next >= 0x80) log -= WITHIN_WORD_LOG;
    else if (next === 0x20 && then >= 0x80) log += BLANK_LOG;
  }
  return log;
}

function encodingOfLanguage(language: string | null): readonly EastAsian[] {
  if (!language) return [];
  if (/^zh-(tw|hk|mo|hant)/i.test(language)) return ['big5'];
  if (/^zh/i.test(language)) return ['gb18030'];
  if (/^ja/i.test(language)) return ['shift_jis', 'euc-jp'];
  return /^ko/i.test(language) ? ['euc-kr'] : [];
}

/** How probable the bytes are under one encoding, each byte counted once, so that totals can be compared. */
export function logLikelihood(bytes: Uint8Array, encoding: EastAsian): number {
  return likelihoodOf(bytes, encoding).log_likelihood;
}

function likelihoodOf(
  bytes: Uint8Array,
  encoding: EastAsian,
): { characters: number; log_likelihood: number } {
  const model = MODELS[encoding];
  const common = commonPairs(encoding);
  let is_cut = false;
  let has_kana = model.kana === undefined;
  let characters = 0;
  let log_likelihood = 0;
  /** How much more probable the characters are where common ones are no more frequent than others. */
  let rare_log = 0;
  for (let at = 0; at < bytes.length && characters < CHARACTERS_MAX; at += 1) {
    const lead = bytes[at] ?? 0;
    if (lead < 0x80) continue;
    characters += 1;
    const trail = bytes[at + 1] ?? 0;
    const plain = model.trail(trail) ? shareOf(model.rows, lead) / model.trails : 0;
    const is_common = common.has(lead * 256 + trail);
    const pair = plain * (1 - model.common) + (is_common ? model.common / common.size : 0);
    if (pair > 0) {
      log_likelihood += Math.log(pair);
      rare_log += Math.log((plain || NEVER) / pair);
      if (model.kana && lead >= model.kana.first && lead <= model.kana.last) has_kana = true;
      at += 1;
      continue;
    }
    const single = model.single ? shareOf([model.single], lead) : 0;
    if (single > 0) {
      log_likelihood += Math.log(single);
      has_kana = true;
      continue;
    }
    if (trail < 0x40 && !is_cut) {
      is_cut = true;
      log_likelihood += Math.log(CUT);
      continue;
    }
    const is_pair = trail >= 0x40 && trail !== 0x7f && lead !== 0x80 && lead !== 0xff;
    log_likelihood += Math.log(is_pair ? (model.rare ?? NEVER) : NEVER);
    if (is_pair) at += 1;
  }
  if (!has_kana) log_likelihood -= WITHOUT_KANA_LOG;
  if (encoding === 'gb18030') log_likelihood += Math.max(0, rare_log - RARE_TEXT_LOG);
  return { characters, log_likelihood };
}

/**
 * Whether the bytes above ASCII stand in runs as two-byte characters do. In European text they stand alone
 * between letters.
 */
export function standsInPairs(bytes: Uint8Array): boolean {
  let in_pairs = 0;
  let alone = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    if ((bytes[at] ?? 0) < 0x80) continue;
    let end = at;
    while (end < bytes.length && (bytes[end] ?? 0) >= 0x80) end += 1;
    if (end - at >= 2) in_pairs += end - at;
    else alone += 1;
    at = end;
  }
  return in_pairs > alone * 4;
}

/** How many different first bytes a longer text is sure to have. */
const LEADS_ENOUGH = 8;

/**
 * Whether all bytes above ASCII are those of frequent characters of Big 5 that stand next to each other, three on
 * average. A good part of their second bytes is ASCII, so that they do not stand in runs; European text has its
 * letters in other rows, its signs one by one (20 °C), or the same one again and again (A·B·C·D).
 */
export function standsAsBig5(bytes: Uint8Array): boolean {
  const leads = new Set<number>();
  let characters = 0;
  let runs = 0;
  let run_end = -1;
  for (let at = 0; at < bytes.length; at += 1) {
    const lead = bytes[at] ?? 0;
    if (lead < 0x80) continue;
    if (lead < 0xa1 || lead > 0xc6 || !MODELS.big5.trail(bytes[at + 1] ?? 0)) return false;
    leads.add(lead);
    characters += 1;
    if (at !== run_end) runs += 1;
    at += 1;
    run_end = at + 1;
  }
  const length = characters / runs;
  return runs > 0 && length >= 3 && leads.size >= Math.min(length / 2, LEADS_ENOUGH);
}

/**
 * Whether each byte above ASCII stands between ASCII, as the letters and signs of Latin alphabets do: not even
 * next to what could be its like of two bytes. Words of any other script have several of them in a row.
 */
export function standsAlone(bytes: Uint8Array): boolean {
  return bytes.every((byte, at) => {
    const next = bytes[at + 1] ?? 0;
    return byte < 0x80 || (next < 0x80 && (next < 0x40 || (bytes[at + 2] ?? 0) < 0x80));
  });
}

const isLetter = (byte = 0) => (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);

/** How often just two bytes above ASCII stand between ASCII letters: rather two letters with accents than an ideograph. */
export function pairsInsideWords(bytes: Uint8Array): number {
  let pairs = 0;
  for (let at = 1; at + 2 < bytes.length; at += 1) {
    if ((bytes[at] ?? 0) < 0x80) continue;
    const start = at;
    while ((bytes[at] ?? 0) >= 0x80) at += 1;
    if (at - start === 2 && isLetter(bytes[start - 1]) && isLetter(bytes[at])) pairs += 1;
  }
  return pairs;
}

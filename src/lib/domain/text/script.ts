import TRADITIONAL_PAIRS from 'opencc-js/dict/TSCharacters';

/**
 * Text as it is matched, with the way back to the original. `folded` is the original in one width (NFKC), one
 * script (simplified), one case, one dash, one kind of bracket and quote; blanks are one space between Latin
 * words and nothing beside Chinese, where they are typesetting (文　　号, a wrapped line of a PDF).
 * `offsets[i]` and `ends[i]` are where the original of `folded[i]` begins and ends, in UTF-16 units.
 *
 * Traditional to simplified is character by character with OpenCC's table of 4,100: a map of the sixty common
 * ones fails on whole texts from Hong Kong, and phrases are not needed, because both sides are folded alike.
 */
export type FoldedText = { folded: string; offsets: Int32Array; ends: Int32Array };

const UNKNOWN = 0;
/** Marks in the table for what is more than one unit for one. Private-use characters, which no text means. */
const IS_SPECIAL = 0xe000;
const IS_DROPPED = 0xe001;
const IS_BLANK = 0xe002;
const IS_DASH = 0xe003;
const IS_MARK = 0xe004;

/** What each UTF-16 unit becomes; filled as characters are met (a page of Chinese has some 800 of them). */
const UNITS = new Uint16Array(0x10000);
/** Of the units that UNITS knows, whether they are wide. */
const WIDE = new Uint8Array(0x10000);
const EXPANSIONS = new Map<string, string>();
let simplified: Map<string, string> | null = null;

/** Folds a text for matching; linear, some 15 million characters a second. */
export function foldText(text: string): FoldedText {
  const out = new FoldBuffer(text.length);
  for (let at = 0; at < text.length;) {
    const code = text.charCodeAt(at);
    const unit = UNITS[code] ?? UNKNOWN;
    // Most units are folded to one other, and the table has it.
    if (unit !== UNKNOWN && (unit < IS_SPECIAL || unit > IS_MARK)) {
      out.unit(unit, at, at + 1, WIDE[code] === 1);
      at += 1;
    } else at = foldUnit(text, at, out);
  }
  return out.finish();
}

/** The folded text alone. */
export function foldForMatch(text: string): string {
  return foldText(text).folded;
}

/** The stretch of the original that `folded.slice(start, end)` stands for. */
export function originalSpan(text: FoldedText, start: number, end: number): { start: number; end: number } {
  const from = text.offsets[start] ?? 0;
  return { start: from, end: end > start ? (text.ends[end - 1] ?? from) : from };
}

/** Folds what stands at `at` and returns where the next begins. */
function foldUnit(text: string, at: number, out: FoldBuffer): number {
  const code = text.charCodeAt(at);
  const unit = UNITS[code] || learn(code);
  switch (unit) {
    case IS_DROPPED:
      return at + 1;
    case IS_BLANK:
      out.blank(at);
      return at + 1;
    case IS_DASH:
      out.dash(at);
      return at + 1;
    case IS_MARK:
      out.mark(text[at] ?? '', at);
      return at + 1;
    case IS_SPECIAL: {
      const character = String.fromCodePoint(text.codePointAt(at) ?? code);
      const end = at + character.length;
      for (const part of expand(character)) out.unit(part, at, end, isWide(code));
      return end;
    }
    default:
      out.unit(unit, at, at + 1, isWide(code));
      return at + 1;
  }
}

function learn(code: number): number {
  const unit = classify(code);
  UNITS[code] = unit;
  WIDE[code] = isWide(code) ? 1 : 0;
  return unit;
}

function classify(code: number): number {
  if (code === UNKNOWN || (code >= 0xd800 && code <= 0xf8ff)) return IS_SPECIAL;
  const character = String.fromCharCode(code);
  if (/\s/.test(character)) return IS_BLANK;
  if (/[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]/.test(character)) return IS_DROPPED;
  // NFKC leaves these alone, and official texts write GB 31701—2026 with any of them.
  if (/[\u2010-\u2015\u2212\u2500\u30fc\ufe58\ufe63\uff0d]/.test(character)) return IS_DASH;
  if (/\p{M}/u.test(character)) return IS_MARK;
  const [first, ...others] = expand(character);
  return first === undefined || others.length > 0 || first === UNKNOWN ? IS_SPECIAL : first;
}

const PUNCTUATION: Record<string, string> = {
  '〔': '[',
  '〕': ']',
  '【': '[',
  '】': ']',
  '〖': '[',
  '〗': ']',
  '“': '"',
  '”': '"',
  '「': '"',
  '」': '"',
  '『': '"',
  '』': '"',
  '‘': "'",
  '’': "'",
  '〜': '~',
};

/** The units of one character in one width, script and case; none for what has no meaning of its own. */
function expand(character: string): number[] {
  let text = EXPANSIONS.get(character);
  if (text === undefined) {
    simplified ??= readPairs();
    text = [...character.normalize('NFKC')]
      .map((part) => PUNCTUATION[part] ?? simplified?.get(part) ?? part.toLowerCase())
      .join('');
    // ﹝ and ﹞ are brackets only after NFKC; a blank inside an expansion is none of the writer's.
    if (EXPANSIONS.size < EXPANSIONS_MAX) EXPANSIONS.set(character, text);
  }
  return Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
}

/** More than all characters outside the first plane that Chinese fonts have; keeps the memory bounded. */
const EXPANSIONS_MAX = 20_000;

function readPairs(): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const pair of TRADITIONAL_PAIRS.split('|')) {
    const [traditional, first] = pair.split(' ');
    if (traditional && first) pairs.set(traditional, first);
  }
  return pairs;
}

const SPACE = 32;
const DASH = 45;

class FoldBuffer {
  #units: Uint16Array;
  #offsets: Int32Array;
  #ends: Int32Array;
  #length = 0;
  /** Where a blank stands that is written only when Latin follows as well. */
  #blank_at = -1;
  #last_is_wide = false;
  #last_is_dash = false;

  constructor(length: number) {
    const room = length + 16;
    // One allocation for both: of short texts, allocating takes longer than folding.
    const places = new Int32Array(2 * room);
    this.#units = new Uint16Array(room);
    this.#offsets = places.subarray(0, room);
    this.#ends = places.subarray(room);
  }

  unit(code: number, start: number, end: number, is_wide: boolean): void {
    if (this.#blank_at >= 0) {
      if (this.#length > 0 && !this.#last_is_wide && !is_wide) this.#push(SPACE, this.#blank_at, start);
      this.#blank_at = -1;
    }
    this.#last_is_wide = is_wide;
    this.#last_is_dash = false;
    this.#push(code, start, end);
  }

  blank(at: number): void {
    if (this.#blank_at < 0) this.#blank_at = at;
  }

  /** A run of dashes is one: —— and — are the same mark. */
  dash(at: number): void {
    if (this.#last_is_dash && this.#blank_at < 0) {
      this.#ends[this.#length - 1] = at + 1;
      return;
    }
    this.unit(DASH, at, at + 1, false);
    this.#last_is_dash = true;
  }

  /** An accent written behind its letter joins it where Unicode has the two as one. */
  mark(mark: string, at: number): void {
    const last = this.#length - 1;
    const joined = last < 0 ? mark : (String.fromCharCode(this.#units[last] ?? 0) + mark).normalize('NFKC');
    if (last < 0 || joined.length > 1 || (this.#blank_at >= 0 && !this.#last_is_wide)) {
      this.unit(mark.charCodeAt(0), at, at + 1, false);
      return;
    }
    this.#blank_at = -1;
    this.#units[last] = joined.charCodeAt(0);
    this.#ends[last] = at + 1;
  }

  finish(): FoldedText {
    const length = this.#length;
    return {
      folded: textOf(this.#units.subarray(0, length)),
      offsets: this.#offsets.subarray(0, length),
      ends: this.#ends.subarray(0, length),
    };
  }

  #push(code: number, start: number, end: number): void {
    if (this.#length === this.#units.length) this.#grow();
    this.#units[this.#length] = code;
    this.#offsets[this.#length] = start;
    this.#ends[this.#length] = end;
    this.#length += 1;
  }

  #grow(): void {
    const length = this.#length * 2;
    const [units, offsets, ends] = [new Uint16Array(length), new Int32Array(length), new Int32Array(length)];
    units.set(this.#units);
    offsets.set(this.#offsets);
    ends.set(this.#ends);
    [this.#units, this.#offsets, this.#ends] = [units, offsets, ends];
  }
}

/**
 * Chinese characters and their punctuation, beside which a blank says nothing; surrogates count as such, the
 * full-width forms of Latin letters and digits and signs like ㎎ do not.
 */
function isWide(code: number): boolean {
  if (code < 0x2e80 || (code >= 0x3200 && code < 0x3400)) return false;
  if (code >= 0xff10 && code <= 0xff5a)
    return !(code <= 0xff19 || (code >= 0xff21 && code <= 0xff3a) || code >= 0xff41);
  return code < 0xa4d0 || (code >= 0xd800 && code <= 0xdfff) || code >= 0xf900;
}

/** Fewer arguments than any engine's limit of a call. */
const UNITS_PER_CALL = 8192;

function textOf(units: Uint16Array): string {
  let text = '';
  for (let at = 0; at < units.length; at += UNITS_PER_CALL)
    // Applied and not spread: spreading a typed array goes through its iterator, unit by unit.
    text += Reflect.apply(String.fromCharCode, undefined, units.subarray(at, at + UNITS_PER_CALL));
  return text;
}

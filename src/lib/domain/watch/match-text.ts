import { foldText, type FoldedText } from '#lib/domain/text/script.ts';

/**
 * A text as queries are compared with it: folded, and without the blanks that writers put or leave out at
 * will, between letters and digits and beside dashes and strokes, so that `GB 31701—2026`, `GB31701-2026` and
 * `gb 31701 - 2026` are one. `GBT` is `GB/T` in front of a number; GBZ and GB/Z stay two families.
 */
export type MatchText = FoldedText & { source: FoldedText };

/** What a UTF-16 unit is to a border of words. Wide characters (Chinese, kana, hangul) have none. */
export const OTHER = 0;
export const LETTER = 1;
export const DIGIT = 2;
export const WIDE = 3;
type UnitClass = typeof OTHER | typeof LETTER | typeof DIGIT | typeof WIDE;

/** Prepares a text for matching; linear. */
export function matchText(text: string): MatchText {
  const source = foldText(text);
  const { folded, offsets, ends } = squeezed(source);
  return { folded, offsets, ends, source };
}

/** The form in which a literal of a query is looked for; punctuation at its ends says nothing. */
export function matchLiteral(text: string): string {
  return matchText(text).folded.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
}

/**
 * Whether a hit stands on the borders of words: a letter at its end has no letter beside it, a digit no digit
 * and no further digits behind a point (4.1 is not in 4.12, nor 701 in 31701, nor GB in GBZ).
 */
export function isOnBorders(text: string, start: number, end: number, is_prefix: boolean): boolean {
  return startsApart(text, start) && (is_prefix || endsApart(text, end));
}

export function unitClass(code: number): UnitClass {
  const known = CLASSES[code];
  if (known !== undefined && known !== UNKNOWN) return asClass(known - 1);
  const found = classify(code);
  CLASSES[code] = found + 1;
  return found;
}

/** Words, numbers and Chinese characters before each unit: what NEAR/n counts (GB31701 is two, as GB 31701 is). */
export function wordCounts(text: string): Int32Array {
  const counts = new Int32Array(text.length + 1);
  let count = 0;
  let before: UnitClass = OTHER;
  for (let at = 0; at < text.length; at += 1) {
    const unit = unitClass(text.charCodeAt(at));
    const is_low_surrogate = (text.charCodeAt(at) & 0xfc00) === 0xdc00;
    if (unit === WIDE ? !is_low_surrogate : unit !== OTHER && before !== unit) count += 1;
    before = unit;
    counts[at + 1] = count;
  }
  return counts;
}

const UNKNOWN = 0;
const CLASSES = new Uint8Array(0x10000);
const WIDE_UNIT = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\ud800-\udfff]/u;

function asClass(value: number): UnitClass {
  return value === 1 ? LETTER : value === 2 ? DIGIT : value === 3 ? WIDE : OTHER;
}

function classify(code: number): UnitClass {
  if (code >= 0xd800 && code <= 0xdfff) return WIDE;
  const character = String.fromCharCode(code);
  if (WIDE_UNIT.test(character)) return WIDE;
  if (/\p{N}/u.test(character)) return DIGIT;
  return /[\p{L}\p{M}]/u.test(character) ? LETTER : OTHER;
}

function startsApart(text: string, start: number): boolean {
  if (start === 0) return true;
  const first = unitClass(text.charCodeAt(start));
  const before = unitClass(text.charCodeAt(start - 1));
  if (first === LETTER) return before !== LETTER;
  if (first !== DIGIT) return true;
  return before !== DIGIT && !(text[start - 1] === '.' && isDigitAt(text, start - 2));
}

function endsApart(text: string, end: number): boolean {
  if (end >= text.length) return true;
  const last = unitClass(text.charCodeAt(end - 1));
  const behind = unitClass(text.charCodeAt(end));
  if (last === LETTER) return behind !== LETTER;
  if (last !== DIGIT) return true;
  return behind !== DIGIT && !(text[end] === '.' && isDigitAt(text, end + 1));
}

function isDigitAt(text: string, at: number): boolean {
  return at >= 0 && at < text.length && unitClass(text.charCodeAt(at)) === DIGIT;
}

function squeezed(text: FoldedText): FoldedText {
  const { folded, offsets, ends } = text;
  const left_out = placesLeftOut(folded);
  if (left_out.length === 0) return text;
  const length = folded.length - left_out.length;
  const [new_offsets, new_ends] = [new Int32Array(length), new Int32Array(length)];
  let out = '';
  let from = 0;
  for (const place of [...left_out, folded.length]) {
    new_offsets.set(offsets.subarray(from, place), out.length);
    new_ends.set(ends.subarray(from, place), out.length);
    out += folded.slice(from, place);
    from = place + 1;
  }
  return { folded: out, offsets: new_offsets, ends: new_ends };
}

/** Looks at blanks and strokes alone, which are few. */
function placesLeftOut(folded: string): number[] {
  const places: number[] = [];
  for (let at = folded.indexOf(' '); at >= 0; at = folded.indexOf(' ', at + 1))
    if (isBlankLeftOut(folded, at)) places.push(at);
  const blanks = places.length;
  for (let at = folded.indexOf('/'); at >= 0; at = folded.indexOf('/', at + 1))
    if (isStrokeOfGbt(folded, at)) places.push(at);
  return places.length > blanks && blanks > 0 ? places.sort((a, b) => a - b) : places;
}

const STROKE = 0x2f;

function isBlankLeftOut(folded: string, at: number): boolean {
  const before = folded.charCodeAt(at - 1);
  const behind = folded.charCodeAt(at + 1);
  if (isJoint(before) || isJoint(behind)) return true;
  const [left, right] = [unitClass(before), unitClass(behind)];
  return (left === LETTER && right === DIGIT) || (left === DIGIT && right === LETTER);
}

/** A dash or a stroke. */
function isJoint(code: number): boolean {
  return code === 0x2d || code === STROKE;
}

/** The stroke of `gb/t 46975` and `gb / t46975`. */
function isStrokeOfGbt(folded: string, at: number): boolean {
  return (
    /(?:^|[^\p{L}])gb ?$/u.test(folded.slice(Math.max(0, at - 4), at)) &&
    /^\/ ?t ?\d/.test(folded.slice(at, at + 5))
  );
}

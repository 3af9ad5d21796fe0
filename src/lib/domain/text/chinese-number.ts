const DIGITS: Record<string, number> = {
  〇: 0,
  零: 0,
  '○': 0,
  '◯': 0,
  一: 1,
  二: 2,
  两: 2,
  三: 3,
  四: 4,
  五: 5,
  六: 6,
  七: 7,
  八: 8,
  九: 9,
};
const TENS: Record<string, number> = { 十: 10, 百: 100, 千: 1000 };

/** The characters of a number as laws write it, for use inside a regular expression. */
export const CHINESE_NUMBER = '[〇零○◯一二两三四五六七八九十百千]+';

/**
 * The whole number that Chinese numerals write: 十二 is 12, 一百零三 is 103, 二〇二六 (digits alone) is 2026.
 * Null when the characters make no number.
 */
export function readChineseNumber(text: string): number | null {
  if (text === '') return null;
  if (![...text].some((character) => character in TENS)) {
    const digits = [...text].map((character) => DIGITS[character]);
    return digits.includes(undefined) ? null : Number(digits.join(''));
  }
  let sum = 0;
  let digit: number | null = null;
  let unit_before = 10_000;
  for (const character of text) {
    const unit = TENS[character];
    if (unit === undefined) {
      const value = DIGITS[character];
      if (value === undefined || (digit !== null && digit !== 0)) return null;
      digit = value;
      continue;
    }
    if (unit >= unit_before || digit === 0) return null;
    sum += (digit ?? 1) * unit;
    digit = null;
    unit_before = unit;
  }
  return sum + (digit ?? 0);
}

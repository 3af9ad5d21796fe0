import { CHINA_OFFSET_MS, dayFromText, dayToText } from '#lib/domain/clearance/period.ts';
import { narrow } from './fold.ts';

/**
 * A legal day is a `YYYY-MM-DD` of Asia/Shanghai, never a `Date`. `no_year`: list pages write `05-13`, and no
 * year is guessed for them. `impossible`: 2026-02-30. `unreadable`: anything else.
 */
export type DayResult =
  { ok: true; day: string } | { ok: false; problem: 'no_year' | 'impossible' | 'unreadable' };

const DAY_MS = 86_400_000;

/** Whether the text is an existing day in the one form that is stored. */
export function isDay(text: string): boolean {
  return dayFromText(text) !== null;
}

/** The day `count` days later (earlier when negative). Throws on a text that is no day. */
export function addDays(day: string, count: number): string {
  return dayToText(numberOf(day) + count);
}

/** Calendar days from `from` to `to`; negative when `to` is earlier. Throws on a text that is no day. */
export function daysBetween(from: string, to: string): number {
  return numberOf(to) - numberOf(from);
}

/** The day in China of an instant. */
export function dayInChina(instant: Date): string {
  return dayToText(Math.floor((instant.getTime() + CHINA_OFFSET_MS) / DAY_MS));
}

function numberOf(day: string): number {
  const number = dayFromText(day);
  if (number === null) throw new RangeError(`${day} is not a day.`);
  return number;
}

const CHINESE_DIGITS = '〇一二三四五六七八九';

/**
 * Reads a day as officials write it: `2026年5月13日`, `2026-05-13`, `2026.05.13`, `2026/5/13`, `20260513`,
 * `20260513093000`, `[2026-05-13]`, `二〇二六年五月十三日` (〇, ○ and 零), full-width forms, a time of day
 * behind it, and epoch milliseconds as the standards platform sends them.
 */
export function readDay(written: string | number): DayResult {
  if (typeof written === 'number') return ofEpoch(written);
  const text = narrow(written).trim();
  if (/^\d{12,13}$/.test(text)) return ofEpoch(Number(text));
  const arabic = chineseToArabic(text)
    .replace(/^["'[(【〔〈《]+|["'\])】〕〉》]+$/g, '')
    .trim();
  const match =
    /^(\d{4})(\d{2})(\d{2})(?:\d{4}|\d{6})?$/.exec(arabic) ??
    /^(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})(?:\s*[日号]|(?!\d))(?:[T\s,]*\d{1,2}[:时点].*)?$/.exec(
      arabic,
    );
  if (match) {
    const [, year = '', month = '', day = ''] = match;
    const composed = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
    return isDay(composed) ? { ok: true, day: composed } : { ok: false, problem: 'impossible' };
  }
  if (/^\d{1,2}\s*[-./月]\s*\d{1,2}\s*[日号]?$/.test(arabic)) return { ok: false, problem: 'no_year' };
  return { ok: false, problem: 'unreadable' };
}

/** From 2000 to 2100: what is smaller or larger was no epoch in milliseconds. */
const EPOCH_MIN_MS = Date.UTC(2000, 0, 1);
const EPOCH_MAX_MS = Date.UTC(2100, 0, 1);

function ofEpoch(instant_ms: number): DayResult {
  if (!Number.isFinite(instant_ms) || instant_ms < EPOCH_MIN_MS || instant_ms >= EPOCH_MAX_MS)
    return { ok: false, problem: 'unreadable' };
  return { ok: true, day: dayInChina(new Date(instant_ms)) };
}

/** `二〇二六年五月十三日` → `2026年5月13日`; other text comes back as it is. */
function chineseToArabic(text: string): string {
  return text.replace(/[○◯零]/g, '〇').replace(/[〇一二三四五六七八九十]+(?=\s*[年月日号])/g, (run) => {
    const ten = run.indexOf('十');
    const digits = [...run].map((character) => CHINESE_DIGITS.indexOf(character));
    if (ten === -1) return digits.join('');
    const tens = ten === 0 ? 1 : (digits[0] ?? 0);
    const ones = ten === run.length - 1 ? 0 : (digits[ten + 1] ?? 0);
    return run.length <= 3 ? String(tens * 10 + ones) : run;
  });
}

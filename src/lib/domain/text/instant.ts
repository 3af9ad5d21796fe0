import { narrow } from './fold.ts';

/**
 * An instant in milliseconds since 1970. Times without an offset are those of Asia/Shanghai, which has been
 * at +08:00 without daylight saving since 1992.
 */
export type InstantResult =
  { ok: true; instant_ms: number; has_time: boolean } | { ok: false; problem: 'impossible' | 'unreadable' };

const OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;
const YEAR_MIN = 1992;
const YEAR_MAX = 2100;
/** Spreadsheets count days from 1899-12-30; these are the numbers of 1990 and 2100. */
const SERIAL_MIN = 32_874;
const SERIAL_MAX = 73_051;
const SERIAL_OF_1970 = 25_569;

const UNREADABLE: InstantResult = { ok: false, problem: 'unreadable' };
const IMPOSSIBLE: InstantResult = { ok: false, problem: 'impossible' };

/**
 * Reads `2026-05-14 08:05`, `2026/5/14 8:05:30`, `2026.05.14`, `2026年5月14日8时5分`, `20260514`,
 * `20260514080500`, `[2026-05-14]`, ISO 8601 with an offset, and the serial number of a spreadsheet.
 * A day that does not exist is `impossible`, anything else `unreadable`. `serial_days` is what has to be
 * added to a serial number: 1462 in a workbook that counts from 1904.
 */
export function readInstant(written: string, serial_days = 0): InstantResult {
  return readPlain(written) ?? readAny(written, serial_days);
}

/** The form nearly every file has, `YYYY-MM-DD HH:MM[:SS]`, without a regular expression: five a row. */
function readPlain(text: string): InstantResult | null {
  const { length } = text;
  if (length !== 16 && length !== 19) return null;
  if (text[4] !== '-' || text[7] !== '-' || text[13] !== ':') return null;
  if (text[10] !== ' ' && text[10] !== 'T') return null;
  if (length === 19 && text[16] !== ':') return null;
  const year = two(text, 0) * 100 + two(text, 2);
  const seconds = length === 19 ? two(text, 17) : 0;
  const parts = [two(text, 5), two(text, 8), two(text, 11), two(text, 14)] as const;
  const sum = year + seconds + parts[0] + parts[1] + parts[2] + parts[3];
  if (Number.isNaN(sum)) return null;
  return compose({ year, month: parts[0], day: parts[1], hour: parts[2], minute: parts[3], seconds });
}

function two(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
}

const WRITTEN =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[t ]*(\d{1,2}):(\d{1,2})(?::(\d{1,2}(?:\.\d{1,9})?))?)?\s*(z|[+-]\d{2}:?\d{2})?$/;
const DIGITS = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?$/;

function readAny(written: string, serial_days: number): InstantResult {
  const bare = narrow(written)
    .trim()
    .toLowerCase()
    .replace(/^["'[(【〔]+|["'\])】〕]+$/g, '');
  const serial = /^\d{5}(\.\d+)?$/.test(bare) ? Number(bare) + serial_days : NaN;
  if (serial >= SERIAL_MIN && serial < SERIAL_MAX) return ofSerial(serial);
  const text = bare
    .replace(/(\d)\s*[年月/.](?=\s*\d{1,2}(?!\d)|\s*\d{1,2}[t ])/g, '$1-')
    .replace(/-\s+(?=\d)/g, '-')
    .replace(/[日号]\s*/, ' ')
    .replace(/\s*[时点時]\s*(\d{1,2})\s*分\s*(?:(\d{1,2})\s*秒)?/, (_, minute: string, second?: string) =>
      second === undefined ? `:${minute}` : `:${minute}:${second}`,
    )
    .replace(/(\d)\s*[时点時]\s*$/, '$1:00')
    .trim();
  const match = WRITTEN.exec(text) ?? DIGITS.exec(text);
  if (!match) return UNREADABLE;
  const [, year, month, day, hour, minute, seconds, offset] = match;
  const composed = compose({
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: hour === undefined ? null : Number(hour),
    minute: Number(minute ?? 0),
    seconds: Number(seconds ?? 0),
  });
  if (!composed.ok || offset === undefined) return composed;
  return { ...composed, instant_ms: composed.instant_ms + OFFSET_MS - offsetOf(offset) };
}

function offsetOf(text: string): number {
  if (text === 'z') return 0;
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/\D/g, '');
  return sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * 60_000;
}

/** The serial counts local days; its fraction is rounded to the second, which is what was typed. */
function ofSerial(serial: number): InstantResult {
  const local_ms = Math.round((serial - SERIAL_OF_1970) * 86_400) * 1000;
  return { ok: true, instant_ms: local_ms - OFFSET_MS, has_time: !Number.isInteger(serial) };
}

const DAYS_OF_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function compose(parts: {
  year: number;
  month: number;
  day: number;
  hour: number | null;
  minute: number;
  seconds: number;
}): InstantResult {
  const { year, month, day, minute, seconds } = parts;
  const hour = parts.hour ?? 0;
  if (year < YEAR_MIN || year > YEAR_MAX || month < 1 || month > 12 || day < 1) return IMPOSSIBLE;
  const is_leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = month === 2 && is_leap ? 29 : (DAYS_OF_MONTH[month - 1] ?? 0);
  if (day > days) return IMPOSSIBLE;
  const is_midnight_24 = hour === 24 && minute === 0 && seconds === 0;
  if ((hour > 23 && !is_midnight_24) || minute > 59 || seconds >= 60) return IMPOSSIBLE;
  const instant_ms =
    daysSince1970(year, month, day) * DAY_MS +
    hour * 3_600_000 +
    minute * 60_000 +
    Math.round(seconds * 1000) -
    OFFSET_MS;
  return { ok: true, instant_ms, has_time: parts.hour !== null };
}

/** Days of the proleptic Gregorian calendar (Howard Hinnant, "chrono-compatible low-level date algorithms"). */
function daysSince1970(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const year_of_era = y - era * 400;
  const day_of_year = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const day_of_era =
    year_of_era * 365 + Math.floor(year_of_era / 4) - Math.floor(year_of_era / 100) + day_of_year;
  return era * 146_097 + day_of_era - 719_468;
}

import { dayInChina, isDay } from './calendar-day.ts';
import { CHINESE_NUMBER, readChineseNumber } from './chinese-number.ts';
import { readInstant } from './instant.ts';
import { foldText, originalSpan, type FoldedText } from './script.ts';

/**
 * A legal day as it was read: `YYYY-MM-DD` in Asia/Shanghai. `no_year`: list pages write `05-13`, and no
 * year is guessed for them. `impossible`: 2026-02-30. `unreadable`: anything else.
 */
export type DayResult =
  { ok: true; day: string } | { ok: false; problem: 'no_year' | 'impossible' | 'unreadable' };

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH = `(?<name>${MONTHS.join('|')})[a-z]{0,6}\\.?`;
/** On folded text, where a blank stands between Latin words alone. The three orders in which days are written. */
const NUMERIC = `(?<year>\\d{4}|${CHINESE_NUMBER})\\s?[-./年]\\s?(?<month>\\d{1,2}|${CHINESE_NUMBER})\\s?[-./月]\\s?(?<day>\\d{1,2}|${CHINESE_NUMBER})`;
const DAY_FIRST = `(?<day>\\d{1,2})(?:st|nd|rd|th)?\\s?${MONTH},?\\s?(?<year>\\d{4})`;
const MONTH_FIRST = `${MONTH}\\s?(?<day>\\d{1,2})(?:st|nd|rd|th)?,?\\s?(?<year>\\d{4})`;
const TIME = '(?:[t,]?\\s?(?:\\d{1,2}[:时点].*)?)?';
const WHOLE: readonly RegExp[] = [
  /^(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})(?:\d{4}|\d{6})?$/,
  new RegExp(`^${NUMERIC}[日号]?${TIME}$`),
  new RegExp(`^${DAY_FIRST}${TIME}$`),
  new RegExp(`^${MONTH_FIRST}${TIME}$`),
];

/**
 * Reads a day as officials write it: `2026年5月13日`, `2026-05-13`, `2026.05.13`, `2026/5/13`, `20260513`,
 * `20260513093000`, `[2026-05-13]`, `二〇二六年五月十三日` (〇, ○ and 零), `13 May 2026`, full-width forms,
 * with a time of day behind it (an offset is honoured: the day is that of China), and epoch milliseconds as
 * the standards platform sends them.
 */
export function readDay(written: string | number): DayResult {
  if (typeof written === 'number') return ofEpoch(written);
  const text = foldText(written)
    .folded.trim()
    .replace(/^["'[(《〈]+|["'\])》〉]+$/g, '')
    .trim();
  // A day in milliseconds has had thirteen digits since 2001; twelve are YYYYMMDDHHMM.
  if (/^\d{13}$/.test(text)) return ofEpoch(Number(text));
  if (/:\d{2}(?:\.\d+)?\s?(?:z|[+-]\d{2}:?\d{2})$/.test(text)) {
    const instant = readInstant(text);
    if (instant.ok) return { ok: true, day: dayInChina(new Date(instant.instant_ms)) };
  }
  for (const form of WHOLE) {
    const match = form.exec(text);
    if (match) return compose(match.groups ?? {});
  }
  const without_year = `(?:\\d{1,2}|${CHINESE_NUMBER})\\s?[-./月]\\s?(?:\\d{1,2}|${CHINESE_NUMBER})[日号]?`;
  const is_short = new RegExp(`^${without_year}$`).test(text);
  return { ok: false, problem: is_short ? 'no_year' : 'unreadable' };
}

/** What the words beside a day say of it: `2024-06-25发布`, `自2026年5月13日起施行`. */
export type DayRole = 'issued' | 'effective' | 'ended' | 'deadline';
export type DayCitation = { day: string; role: DayRole | null; start: number; end: number };

const IN_TEXT: readonly RegExp[] = [
  new RegExp(`(?<![\\d.〇零一二三四五六七八九十-])${NUMERIC}(?:[日号]|(?![\\d.]*\\d))`, 'g'),
  new RegExp(`(?<!\\d)${DAY_FIRST}(?!\\d)`, 'g'),
  new RegExp(`(?<![a-z])${MONTH_FIRST}(?!\\d)`, 'g'),
];
const ROLES_BEHIND: readonly (readonly [DayRole, RegExp])[] = [
  ['effective', /^(?:起)?(?:开始|正式)?(?:实施|施行|生效|执行)(?!日期)|^起/],
  ['issued', /^(?:发布|公布|印发|批准)(?!日期|时间)/],
  ['ended', /^(?:起)?(?:废止|失效|停止)(?!日期)/],
  ['deadline', /^(?:前|之前|以前|截止(?!日期))/],
];
const ROLES_BEFORE: readonly (readonly [DayRole, RegExp])[] = [
  [
    'effective',
    /(?:实施日期|生效日期|施行日期)[\]:]*$|(?:effective|in force)(?: from| on| as of)?:?\s?$|takes? effect (?:on|from)\s?$/,
  ],
  ['issued', /(?:发布日期|发布时间|印发日期|成文日期)[\]:]*$|(?:issued|published|dated)(?: on)?:?\s?$/],
  ['ended', /(?:废止日期)[\]:]*$|(?:repealed|withdrawn)(?: on| from)?:?\s?$/],
  ['deadline', /(?:截止日期|截至)[\]:]*$|(?:until|by|before|deadline:?)\s?$/],
];
/** As much of the text before a day as a label can fill. */
const LABEL_LENGTH_MAX = 24;

/**
 * Every day with a year that the text names, in order, with what the words beside it say of it. Whoever has
 * folded the text already gives that as well.
 */
export function findDays(text: string, folded: FoldedText = foldText(text)): DayCitation[] {
  const found: DayCitation[] = [];
  for (const form of IN_TEXT) {
    for (const match of folded.folded.matchAll(form)) {
      const read = compose(match.groups ?? {});
      if (!read.ok) continue;
      const end = match.index + match[0].length;
      const behind = folded.folded.slice(end, end + LABEL_LENGTH_MAX);
      const before = folded.folded.slice(Math.max(0, match.index - LABEL_LENGTH_MAX), match.index);
      const role =
        ROLES_BEHIND.find(([, words]) => words.test(behind)) ??
        ROLES_BEFORE.find(([, words]) => words.test(before));
      found.push({ day: read.day, role: role?.[0] ?? null, ...originalSpan(folded, match.index, end) });
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

function compose(groups: Record<string, string | undefined>): DayResult {
  const { year = '', month = '', day = '', name } = groups;
  const number_of_month = name === undefined ? numeral(month) : MONTHS.indexOf(name.slice(0, 3)) + 1;
  const composed = [String(numeral(year)).padStart(4, '0'), pad(number_of_month), pad(numeral(day))].join(
    '-',
  );
  return isDay(composed) ? { ok: true, day: composed } : { ok: false, problem: 'impossible' };
}

function numeral(text: string): number {
  return /^\d/.test(text) ? Number(text) : (readChineseNumber(text) ?? 0);
}

function pad(number: number): string {
  return String(number).padStart(2, '0');
}

/** From 2000 to 2100: what is smaller or larger was no epoch in milliseconds. */
const EPOCH_MIN_MS = Date.UTC(2000, 0, 1);
const EPOCH_MAX_MS = Date.UTC(2100, 0, 1);

function ofEpoch(instant_ms: number): DayResult {
  if (!Number.isFinite(instant_ms) || instant_ms < EPOCH_MIN_MS || instant_ms >= EPOCH_MAX_MS)
    return { ok: false, problem: 'unreadable' };
  return { ok: true, day: dayInChina(new Date(instant_ms)) };
}

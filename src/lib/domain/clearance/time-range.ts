import { endOf, periodsOf, startOf, type Grain } from './period.ts';
import { addDays, dayNumber, dayToText } from '#lib/domain/text/calendar-day.ts';

/** Inclusive days of declaration, `YYYY-MM-DD`, in Asia/Shanghai. */
export type Days = { from: string; to: string };

/** What a period can reach: the first and the newest day on file, and when the programme was launched. */
export type Reach = { first: string; newest: string; programme_start: string | null };

/** Periods by name. Each ends with the newest day on file, so that a late file does not empty the page. */
export const RANGES = ['30d', '90d', '12m', 'year', 'programme', 'all'] as const;
export type Range = (typeof RANGES)[number];

/**
 * The days of a named period. Twelve months are calendar months, the running one among them. Null where there
 * is no such period: the programme has not been launched, or only after the newest day on file.
 */
export function daysOfRange(range: Range, reach: Reach): Days | null {
  const to = reach.newest;
  switch (range) {
    case '30d':
      return { from: addDays(to, -29), to };
    case '90d':
      return { from: addDays(to, -89), to };
    case '12m':
      return { from: shiftMonths(`${to.slice(0, 7)}-01`, -11), to };
    case 'year':
      return { from: `${to.slice(0, 4)}-01-01`, to };
    case 'programme': {
      const from = reach.programme_start;
      return from === null || from > to ? null : { from, to };
    }
    case 'all':
      return { from: reach.first < to ? reach.first : to, to };
    default:
      return range satisfies never;
  }
}

/** The period of the same length that ends the day before. */
export function periodBefore(from: string, to: string): Days {
  const first = dayNumber(from);
  const length = dayNumber(to) - first + 1;
  return { from: dayToText(first - length), to: dayToText(first - 1) };
}

/** The same days a year before; 29 February becomes the 28th. */
export function yearBefore(from: string, to: string): Days {
  return { from: shiftMonths(from, -12), to: shiftMonths(to, -12) };
}

/** Up to this many points a line is read; more are a texture. */
const DAYS_BY_DAY_MAX = 186;
const DAYS_BY_WEEK_MAX = 5 * 366;
/** Without a wish: days up to a month, weeks up to thirteen months, then months. */
const DAYS_BY_DAY_DEFAULT = 31;
const DAYS_BY_WEEK_DEFAULT = 400;

/** The grains that a period can be drawn by, finest first. */
export function grainsFor({ from, to }: Days): Grain[] {
  const days = dayNumber(to) - dayNumber(from) + 1;
  if (days <= DAYS_BY_DAY_MAX) return ['day', 'week', 'month'];
  return days <= DAYS_BY_WEEK_MAX ? ['week', 'month'] : ['month'];
}

/** The grain asked for where the period allows it, else the one that suits its length. */
export function grainFor(period: Days, wanted: Grain | null): Grain {
  if (wanted && grainsFor(period).includes(wanted)) return wanted;
  const days = dayNumber(period.to) - dayNumber(period.from) + 1;
  if (days <= DAYS_BY_DAY_DEFAULT) return 'day';
  return days <= DAYS_BY_WEEK_DEFAULT ? 'week' : 'month';
}

/** The days, weeks or months that touch a period, the first and the last cut to it. */
export function slotsOf(grain: Grain, { from, to }: Days): Days[] {
  const [first, last] = [dayNumber(from), dayNumber(to)];
  return periodsOf(grain, first, last).map((start) => ({
    from: dayToText(Math.max(first, start)),
    to: dayToText(Math.min(last, endOf(grain, start) - 1)),
  }));
}

/**
 * As many whole slots before: those just before the first one, or those of the year before. Weeks stay weeks
 * and days keep their weekday (52 weeks), because both have their own rhythm.
 */
export function slotsBefore(grain: Grain, slots: readonly Days[], back: 'previous' | 'year'): Days[] {
  return slots.map(({ from }) => {
    const start = startOf(grain, dayNumber(from));
    const begins = earlier(
      grain,
      start,
      back === 'previous' ? slots.length : { day: 364, week: 52, month: 12 }[grain],
    );
    return { from: dayToText(begins), to: dayToText(endOf(grain, begins) - 1) };
  });
}

function earlier(grain: Grain, start: number, count: number): number {
  switch (grain) {
    case 'day':
      return start - count;
    case 'week':
      return start - 7 * count;
    case 'month':
      return dayNumber(shiftMonths(dayToText(start), -count));
    default:
      return grain satisfies never;
  }
}

/** The last day of a month `YYYY-MM`. */
export function lastOfMonth(month: string): string {
  return dayToText(endOf('month', dayNumber(`${month}-01`)) - 1);
}

/** The same day of another month, or its last one where it is shorter. */
function shiftMonths(day: string, by: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const months = year * 12 + month - 1 + by;
  const last = new Date(Date.UTC(Math.floor(months / 12), (months % 12) + 1, 0)).getUTCDate();
  const at = Date.UTC(Math.floor(months / 12), months % 12, Math.min(date, last));
  return new Date(at).toISOString().slice(0, 10);
}

import { utcDay, utcMonday, utcMonth } from 'd3-time';
import { DAY_MS, dayToText } from '#lib/domain/text/calendar-day.ts';

export const GRAINS = ['month', 'week', 'day'] as const;
export type Grain = (typeof GRAINS)[number];

const INTERVAL = { month: utcMonth, week: utcMonday, day: utcDay } as const;

/** The first day of the period of this grain that holds the day; weeks begin on Monday. */
export function startOf(grain: Grain, day: number): number {
  return INTERVAL[grain].floor(new Date(day * DAY_MS)).getTime() / DAY_MS;
}

/** The first day after the period that begins on `start`. */
export function endOf(grain: Grain, start: number): number {
  return INTERVAL[grain].offset(new Date(start * DAY_MS), 1).getTime() / DAY_MS;
}

/** `YYYY-MM`, `YYYY-Www` (ISO 8601) or `YYYY-MM-DD`. */
export function labelOf(grain: Grain, start: number): string {
  switch (grain) {
    case 'day':
      return dayToText(start);
    case 'month':
      return dayToText(start).slice(0, 7);
    case 'week': {
      // The year of an ISO week is the year of its Thursday.
      const thursday = start + 3;
      const year = new Date(thursday * DAY_MS).getUTCFullYear();
      const week = 1 + Math.floor((thursday - Date.UTC(year, 0, 1) / DAY_MS) / 7);
      return `${year}-W${String(week).padStart(2, '0')}`;
    }
    default:
      return grain satisfies never;
  }
}

/** A stretch of whole periods of one grain: `start` inclusive, `end` exclusive. */
export type Piece = { grain: Grain; start: number; end: number };

/**
 * Covers the days from `from` to `to` (both inclusive) with as few whole periods as can be: months first,
 * then weeks, then days. With `by`, no period of a piece crosses a border of that grain, so that each belongs
 * to one group; a piece may hold several.
 */
export function coverDays(from: number, to: number, by: Grain | null): Piece[] {
  const grains: readonly Grain[] = by === null ? GRAINS : by === 'day' ? ['day'] : [by, 'day'];
  return cover(from, to + 1, grains).sort((a, b) => a.start - b.start);
}

function cover(start: number, end: number, grains: readonly Grain[]): Piece[] {
  const [grain, ...finer] = grains;
  if (start >= end || !grain) return [];
  const first = startOf(grain, start) === start ? start : endOf(grain, startOf(grain, start));
  const last = startOf(grain, end);
  if (first >= last) return cover(start, end, finer);
  return [...cover(start, first, finer), { grain, start: first, end: last }, ...cover(last, end, finer)];
}

/** The starts of the periods of this grain that touch the days from `from` to `to`, both inclusive. */
export function periodsOf(grain: Grain, from: number, to: number): number[] {
  const starts: number[] = [];
  for (let start = startOf(grain, from); start <= to; start = endOf(grain, start)) starts.push(start);
  return starts;
}

/** The periods of a piece, each as a piece of its own. */
export function periodsIn({ grain, start, end }: Piece): Piece[] {
  return periodsOf(grain, start, end - 1).map((first) => ({ grain, start: first, end: endOf(grain, first) }));
}

/** Every day of these pieces. */
export function daysIn(pieces: readonly Piece[]): number[] {
  return pieces.flatMap(({ start, end }) => periodsOf('day', start, end - 1));
}

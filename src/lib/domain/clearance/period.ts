/**
 * Days, ISO weeks and months of Asia/Shanghai (+08:00 all year since 1991). A day is a whole number of days
 * since 1970-01-01 inside calculations, and `YYYY-MM-DD` everywhere else.
 */
export const CHINA_OFFSET_MS = 8 * 3_600_000;
export const DAY_MS = 86_400_000;

export const GRAINS = ['month', 'week', 'day'] as const;
export type Grain = (typeof GRAINS)[number];

/** The day of an instant (milliseconds since 1970) in China. */
export function dayOfInstant(instant_ms: number): number {
  return Math.floor((instant_ms + CHINA_OFFSET_MS) / DAY_MS);
}

/** Midnight in China at which the day begins. */
export function instantOfDay(day: number): Date {
  return new Date(day * DAY_MS - CHINA_OFFSET_MS);
}

export function dayToText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** The number of a `YYYY-MM-DD`; null when there is no such day. */
export function dayFromText(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const ms = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(ms)) return null;
  const day = ms / DAY_MS;
  return dayToText(day) === text ? day : null;
}

/** The first day of the period of this grain that holds the day; weeks begin on Monday. */
export function startOf(grain: Grain, day: number): number {
  switch (grain) {
    case 'day':
      return day;
    case 'week':
      // 1970-01-01 was a Thursday.
      return day - ((((day + 3) % 7) + 7) % 7);
    case 'month': {
      const date = new Date(day * DAY_MS);
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) / DAY_MS;
    }
    default:
      return grain satisfies never;
  }
}

/** The first day after the period that begins on `start`. */
export function endOf(grain: Grain, start: number): number {
  switch (grain) {
    case 'day':
      return start + 1;
    case 'week':
      return start + 7;
    case 'month': {
      const date = new Date(start * DAY_MS);
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) / DAY_MS;
    }
    default:
      return grain satisfies never;
  }
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

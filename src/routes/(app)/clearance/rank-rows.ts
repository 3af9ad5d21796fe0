import type { RankedHours } from '#lib/domain/clearance/dashboard.ts';
import type { Channel } from '#lib/domain/clearance/measure.ts';
import type { ClearanceQuery, ClearanceSort } from './query.ts';

/** One line of a table of hours. */
export type RankRow = {
  /** Code of the office or slug of the category; null where the records name none. */
  key: string | null;
  channel: Channel | null;
  n: number;
  mean_hours: number;
  p50_hours: number;
  p90_hours: number;
  is_small_n: boolean;
  /** Percent against the baseline, above zero is slower; null where there is none, or too few records. */
  against_percent: number | null;
  /** Mean hours against what stands beside it; null where one of the two has too few records. */
  change_hours: number | null;
};

export type RankTable = { rows: RankRow[]; left_out: number };

/** Enough to see what needs attention; the others are one click away. */
const ROWS_FIRST = 12;

/** Rows in the order asked for: what needs attention first, and too few records to compare always last. */
export function rankRows(
  ranked: readonly RankedHours[],
  { sort, is_ascending, shows_all }: Pick<ClearanceQuery, 'sort' | 'is_ascending' | 'shows_all'>,
): RankTable {
  const rows = ranked.map(rowOf);
  const few = (row: RankRow) => Number(row.is_small_n);
  // Rows without the number asked for differ by NaN, and then the slower comes first.
  const sign = is_ascending ? -1 : 1;
  const missing = is_ascending ? Infinity : -Infinity;
  const weight = (row: RankRow) => weightOf(row, sort) ?? missing;
  rows.sort(
    (a, b) => few(a) - few(b) || sign * (weight(b) - weight(a)) || b.mean_hours - a.mean_hours || b.n - a.n,
  );
  const shown = shows_all ? rows : rows.slice(0, ROWS_FIRST);
  return { rows: shown, left_out: rows.length - shown.length };
}

function rowOf({ key, channel, hours, then }: RankedHours): RankRow {
  const { n, mean_hours, p50_hours, p90_hours, is_small_n, faster_percent } = hours;
  const is_comparable = then && !then.is_small_n && !is_small_n;
  return {
    key,
    channel,
    n,
    mean_hours,
    p50_hours,
    p90_hours,
    is_small_n,
    against_percent: is_small_n || faster_percent === null ? null : -faster_percent,
    change_hours: is_comparable ? mean_hours - then.mean_hours : null,
  };
}

function weightOf(row: RankRow, sort: ClearanceSort): number | null {
  switch (sort) {
    case 'mean':
      return row.mean_hours;
    case 'n':
      return row.n;
    case 'p90':
      return row.p90_hours;
    case 'against':
      return row.against_percent;
    case 'change':
      return row.change_hours;
    default:
      return sort satisfies never;
  }
}

/** The end of the one scale of all bars: the slowest p90 that enough records stand behind, in steps of 4 hours. */
export function scaleOf(tables: readonly (readonly RankedHours[])[]): number {
  const trusted = tables.flat().filter(({ hours }) => !hours.is_small_n);
  return Math.ceil(Math.max(12, ...trusted.map(({ hours }) => hours.p90_hours)) / 4) * 4;
}

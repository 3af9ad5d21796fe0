import { DIRECTIONS, MEASURES, type Direction, type Measure } from '#lib/domain/clearance/measure.ts';

/** The state of the page of all firms, all of it in the address. Numbers are by whole months. */
export type AllFirmsQuery = { months: (typeof SPANS)[number]; measure: Measure; direction: Direction };

export const SPANS = [3, 12, 36] as const;
const DEFAULT: AllFirmsQuery = { months: 12, measure: 'declared_to_released', direction: 'export' };

/** Reads the query; what cannot be read is ignored. */
export function parseAllFirmsQuery(params: URLSearchParams): AllFirmsQuery {
  return {
    months: SPANS.find((months) => String(months) === params.get('months')) ?? DEFAULT.months,
    measure: MEASURES.find((measure) => measure === params.get('m')) ?? DEFAULT.measure,
    direction: DIRECTIONS.find((direction) => direction === params.get('dir')) ?? DEFAULT.direction,
  };
}

/** The first and the last day of so many months, the one of `today` (`YYYY-MM-DD`) among them. */
export function spanOf(months: number, today: string): { from: string; to: string } {
  const first = new Date(`${today.slice(0, 7)}-01T00:00:00Z`);
  first.setUTCMonth(first.getUTCMonth() - months + 1);
  return { from: first.toISOString().slice(0, 10), to: today };
}

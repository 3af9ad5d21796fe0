import { daysOfRange, type Days, type Reach } from '#lib/domain/clearance/time-range.ts';
import { CLEARANCE_QUERY_DEFAULT, type ClearanceQuery } from './query.ts';

/** The days of a query: those asked for, open ends filled; else the named period, where there is such a one. */
export function periodOf(query: Pick<ClearanceQuery, 'range' | 'from' | 'to'>, reach: Reach): Days {
  const named = daysOfRange(query.range, reach) ??
    daysOfRange(CLEARANCE_QUERY_DEFAULT.range, reach) ?? { from: reach.newest, to: reach.newest };
  if (query.from === null && query.to === null) return named;
  const to = query.to ?? (query.from !== null && query.from > reach.newest ? query.from : reach.newest);
  return { from: query.from ?? daysOfRange('12m', { ...reach, newest: to })?.from ?? to, to };
}

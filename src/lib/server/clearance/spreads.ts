import type pg from 'pg';
import type { Spread } from '#lib/domain/clearance/dashboard.ts';
import { SECONDS_PER_HOUR } from '#lib/domain/clearance/measure.ts';
import { spreadOf } from './dashboard-panels.ts';
import { daysOf, keyOf, groupSlices, type CellsQuery, type GroupCell } from './metrics.ts';
import { cellRows, keyOfRow, readCells, type CellRow } from './read-cells.ts';
import { planOf, readSlices, readUnready } from './slices.ts';

export type GroupSpread = { key: GroupCell['key']; spread: Spread };

type ReadyRow = CellRow & {
  n: number;
  sum_seconds: string;
  p10_seconds: number;
  p50_seconds: number;
  p90_seconds: number;
  is_exact: boolean;
};

/**
 * The points of a line or a map: of each week or month of the query what is shown of it. A period that is whole
 * is one cell, whose numbers stand ready beside it, so that its durations need not be read: of 1,300 points
 * they were 2.7 MB. In no particular order; a group without records is left out.
 */
export async function groupSpreads(
  client: pg.ClientBase,
  firm_id: string,
  asked: CellsQuery & { min_n: number },
): Promise<GroupSpread[]> {
  const { min_n, ...rest } = asked;
  const query = { ...rest, ...daysOf(rest) };
  const { group_by } = query;
  const told = (slices: Parameters<typeof groupSlices>[0]) =>
    groupSlices(slices, group_by).map(({ key, cell }) => ({ key, spread: spreadOf(cell, min_n) }));
  const plan = await planOf(client, firm_id, query);
  // A district is several offices, and without a grain many periods are one group: those have to be merged.
  if (plan.grain === null || query.district !== undefined || group_by.includes('district'))
    return told(await readSlices(client, firm_id, query));
  const columns = 'c.n, c.sum_seconds, c.p10_seconds, c.p50_seconds, c.p90_seconds, c.is_exact';
  const whole = { ...plan, cells: plan.cells.filter(({ grain }) => grain === plan.grain) };
  const parts = { ...plan, cells: plan.cells.filter(({ grain }) => grain !== plan.grain) };
  const rows = await cellRows<ReadyRow>(client, firm_id, { query, plan: whole, columns });
  const ready = rows.map((row) => ({
    key: keyOf(keyOfRow(row, plan), group_by),
    spread: spreadOfRow(row, min_n),
  }));
  const slices = await readCells(client, firm_id, { query, plan: parts });
  return ready.concat(told(slices.concat(await readUnready(client, firm_id, { query, plan }))));
}

function spreadOfRow(row: ReadyRow, min_n: number): Spread {
  return {
    n: row.n,
    mean_hours: Number(row.sum_seconds) / row.n / SECONDS_PER_HOUR,
    p10_hours: row.p10_seconds / SECONDS_PER_HOUR,
    p50_hours: row.p50_seconds / SECONDS_PER_HOUR,
    p90_hours: row.p90_seconds / SECONDS_PER_HOUR,
    quantiles: row.is_exact ? 'exact' : 'sketch',
    is_small_n: row.n < min_n,
  };
}

import type pg from 'pg';
import { quantileOf } from '#lib/domain/clearance/cell.ts';
import { MEASURES, type Measure } from '#lib/domain/clearance/measure.ts';
import { groupCells, type GroupCell } from '#lib/server/clearance/metrics.ts';
import type { Group } from '#lib/server/clearance/slices.ts';
import { inFirmClient } from '#lib/server/db/copy.ts';
import type { Benchmark } from './benchmark.ts';
import { FIRST_DAY, LAST_DAY } from './clearance-file.ts';
import type { LoadedFirm } from './loaded-firm.ts';

const FRACTIONS = [0.5, 0.9, 0.95] as const;
const DIMENSIONS = ['customs_office', 'category', 'channel'] as const satisfies readonly Group[];
const PERIODS = {
  month: `to_char(declared_at at time zone 'Asia/Shanghai', 'YYYY-MM')`,
  week: `to_char(declared_at at time zone 'Asia/Shanghai', 'IYYY"-W"IW')`,
} as const;
const SECONDS: Record<Measure, string> = {
  declared_to_released: 'extract(epoch from released_at - declared_at)',
  arrived_to_released: 'extract(epoch from released_at - arrived_at)',
  declared_to_inspected: 'extract(epoch from inspected_at - declared_at)',
};

/** A4: the largest error of a quantile over all cells of the cube, each measured against percentile_cont. */
export const quantileError: Benchmark = {
  run: async (bench) => {
    // More records make more cells sketches, and those no less exact: a fifth of them is enough.
    const loaded = await bench.loaded(Math.round(bench.records / 5));
    let largest = 0;
    let cells = 0;
    let sketches = 0;
    for (const measure of MEASURES)
      for (const grain of ['month', 'week'] as const)
        for (let shape = 0; shape < 8; shape += 1) {
          const dimensions = DIMENSIONS.filter((_, index) => shape & (1 << index));
          const found = await errorOf(loaded, { measure, grain, dimensions });
          largest = Math.max(largest, found.largest);
          cells += found.cells;
          sketches += found.sketches;
        }
    return [
      {
        id: 'A4',
        ours: `${(largest * 100).toFixed(3)} %`,
        peer: 'exact',
        ratio: largest,
        budget: { at_most: 0.005 },
        notes: [
          `${cells.toLocaleString('en')} cells, ${sketches.toLocaleString('en')} of them sketches; count and mean of each are exact.`,
        ],
      },
    ];
  },
};

type Cells = { measure: Measure; grain: 'month' | 'week'; dimensions: readonly Group[] };

async function errorOf(
  { database, firm }: LoadedFirm,
  { measure, grain, dimensions }: Cells,
): Promise<{ largest: number; cells: number; sketches: number }> {
  const days = { from: FIRST_DAY, to: LAST_DAY };
  const group_by = [grain, ...dimensions];
  const found = await inFirmClient(database.app.pool.pg, firm.id, (client) =>
    groupCells(client, firm.id, { ...days, measure, direction: 'export', group_by }),
  );
  const cells = new Map(found.map((one) => [nameOf(one, group_by), one.cell]));
  const truth = await truthOf(database.owner.pg, firm.id, { measure, grain, dimensions });
  if (truth.length !== cells.size) throw new Error(`${cells.size} cells where there are ${truth.length}`);
  let largest = 0;
  let sketches = 0;
  for (const { name, n, sum, quantiles } of truth) {
    const cell = cells.get(name);
    if (!cell || cell.n !== n || cell.sum_seconds !== sum)
      throw new Error(`count or sum of ${measure} in ${name} is wrong`);
    if (cell.kind === 'sketch') sketches += 1;
    for (const [index, fraction] of FRACTIONS.entries()) {
      const expected = quantiles[index] ?? NaN;
      const error =
        expected === 0 ? quantileOf(cell, fraction) : Math.abs(quantileOf(cell, fraction) / expected - 1);
      largest = Math.max(largest, error);
    }
  }
  return { largest, cells: cells.size, sketches };
}

function nameOf({ key }: GroupCell, group_by: readonly Group[]): string {
  return group_by.map((group) => key[group] ?? '').join(' ');
}

type Truth = { name: string; n: number; sum: number; quantiles: number[] };

async function truthOf(
  pool: pg.Pool,
  firm_id: string,
  { measure, grain, dimensions }: Cells,
): Promise<Truth[]> {
  const { rows } = await pool.query<Truth>(
    `select concat_ws(' ', ${[`period`, ...dimensions.map((name) => `coalesce(${name}, '')`)].join(', ')}) as name,
            count(*)::int as n, sum(seconds)::float8 as sum,
            percentile_cont($2::float8[]) within group (order by seconds) as quantiles
     from (select ${PERIODS[grain]} as period, customs_office, category, channel, ${SECONDS[measure]}::float8 as seconds
           from clearance where firm_id = $1 and direction = 'export') c
     where seconds >= 0 group by ${['period', ...dimensions].join(', ')}`,
    [firm_id, FRACTIONS],
  );
  return rows;
}

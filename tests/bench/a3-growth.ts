import type { DashboardQuery } from '#lib/server/clearance/dashboard.ts';
import { askDashboard, WHOLE } from './dashboard-query.ts';
import { median, percentile, secondsOf, type Benchmark } from './benchmark.ts';
import type { LoadedFirm } from './loaded-firm.ts';

/** Addresses that people come to: from a month of one office to everything. */
const QUERIES: readonly DashboardQuery[] = [
  WHOLE,
  { ...WHOLE, from: '2026-03-03', comparison: { kind: 'previous' } },
  { ...WHOLE, from: '2026-05-02', grain: 'day', comparison: { kind: 'previous' } },
  { ...WHOLE, from: '2025-06-01', grain: 'month' },
  { ...WHOLE, from: '2025-06-10', to: '2026-04-17', customs_office: '3104', comparison: { kind: 'none' } },
  { ...WHOLE, from: '2025-06-10', category: 'crib', comparison: { kind: 'office', office: '3101' } },
  { ...WHOLE, from: '2025-12-01', channel: 'green', district: '5300', comparison: { kind: 'baseline' } },
  { ...WHOLE, from: '2025-06-10', measure: 'arrived_to_released', comparison: { kind: 'none' } },
];
/** Each address is asked so often at each size: 40 latencies make a 95th percentile of a pair. */
const ROUNDS = 5;

/** A3: how the dashboard's 95th percentile grows from a million records to ten. */
export const growth: Benchmark = {
  run: async (bench) => {
    const [large, small] = [bench.records * 2, Math.round(bench.records / 5)];
    const ten = await bench.loaded(large);
    const one = await bench.loaded(small);
    await slowest(ten);
    await slowest(one);
    const latencies = { ten: Array<number>(), one: Array<number>() };
    for (let pair = 0; pair < bench.pairs; pair += 1) {
      const sides = [() => latencies.ten, () => latencies.one] as const;
      for (const side of pair % 2 === 0 ? [0, 1] : [1, 0])
        sides[side === 0 ? 0 : 1]().push(await slowest(side === 0 ? ten : one));
    }
    const [ours, peer] = [median(latencies.ten), median(latencies.one)];
    return [
      {
        id: 'A3',
        ours: `${(ours * 1000).toFixed(0)} ms`,
        peer: `${(peer * 1000).toFixed(0)} ms`,
        ratio: ours / peer,
        budget: { at_most: 1.5 },
        notes: [`${large.toLocaleString('en')} records against ${small.toLocaleString('en')}.`],
      },
    ];
  },
};

/** The 95th percentile of one round of all addresses. */
async function slowest({ database, firm }: LoadedFirm): Promise<number> {
  const seconds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1)
    for (const query of QUERIES) seconds.push(await secondsOf(() => askDashboard(database.app, firm, query)));
  return percentile(seconds, 0.95);
}

import { describe, expect, it } from 'vitest';
import type { RankedHours } from '#lib/domain/clearance/dashboard.ts';
import type { Channel } from '#lib/domain/clearance/measure.ts';
import { CLEARANCE_QUERY_DEFAULT } from './query.ts';
import { rankRows, scaleOf } from './rank-rows.ts';

const hours = (mean_hours: number, n = 60) => ({
  measure: 'declared_to_released' as const,
  direction: 'export' as const,
  from: '2026-05-01',
  to: '2026-05-28',
  n,
  mean_hours,
  p50_hours: mean_hours,
  p90_hours: mean_hours * 2,
  p95_hours: mean_hours * 2,
  min_hours: 0,
  max_hours: mean_hours * 3,
  quantiles: 'exact' as const,
  baseline: null,
  faster_percent: 100 * (1 - mean_hours / 11.05),
  is_small_n: n < 30,
});
const row = (
  key: string | null,
  now: ReturnType<typeof hours>,
  then: ReturnType<typeof hours> | null = null,
  channel: Channel | null = 'green',
): RankedHours => ({ key, channel, hours: now, then });
const keys = (rows: RankedHours[], given: Partial<typeof CLEARANCE_QUERY_DEFAULT> = {}) =>
  rankRows(rows, { ...CLEARANCE_QUERY_DEFAULT, ...given }).rows.map(({ key }) => key);

describe('rankRows', () => {
  const rows = [row('3104', hours(4, 90)), row('3105', hours(40, 2)), row('3101', hours(9, 40))];

  it('puts the slowest first and too few records last, however slow', () => {
    expect(keys(rows)).toEqual(['3101', '3104', '3105']);
  });

  it('turns the order round, and keeps too few records last', () => {
    expect(keys(rows, { is_ascending: true })).toEqual(['3104', '3101', '3105']);
    expect(keys(rows, { sort: 'n' })).toEqual(['3104', '3101', '3105']);
    expect(keys(rows, { sort: 'n', is_ascending: true })).toEqual(['3101', '3104', '3105']);
    expect(keys(rows, { sort: 'against', is_ascending: true })).toEqual(['3104', '3101', '3105']);
  });

  it('says how much slower or faster than the baseline, and nothing of few records', () => {
    const { rows: found } = rankRows(rows, CLEARANCE_QUERY_DEFAULT);
    expect(found.map(({ against_percent }) => against_percent && Math.round(against_percent))).toEqual([
      -19,
      -64,
      null,
    ]);
  });

  it('gives the change against what stands beside it, and none where one of them has too few records', () => {
    const changed = [
      row('3101', hours(9), hours(11)),
      row('3104', hours(9), hours(8)),
      row('3105', hours(9), hours(1, 3)),
      row('5304', hours(9, 3), hours(1)),
      row('5316', hours(9)),
    ];
    const { rows: found } = rankRows(changed, { ...CLEARANCE_QUERY_DEFAULT, sort: 'change' });
    expect(found.map(({ key, change_hours }) => [key, change_hours])).toEqual([
      ['3104', 1],
      ['3101', -2],
      ['3105', null],
      ['5316', null],
      ['5304', null],
    ]);
  });

  it('keeps rows without a change last in both directions', () => {
    const changed = [row('3101', hours(9)), row('3104', hours(8), hours(7)), row('3105', hours(8), hours(9))];
    expect(keys(changed, { sort: 'change' })).toEqual(['3104', '3105', '3101']);
    expect(keys(changed, { sort: 'change', is_ascending: true })).toEqual(['3105', '3104', '3101']);
  });

  it('shows twelve rows, says how many it leaves out, and shows all when asked', () => {
    const many = Array.from({ length: 15 }, (_, index) => row(String(3100 + index), hours(index + 1)));
    expect(rankRows(many, CLEARANCE_QUERY_DEFAULT)).toMatchObject({ left_out: 3 });
    expect(keys(many)).toHaveLength(12);
    expect(rankRows(many, { ...CLEARANCE_QUERY_DEFAULT, shows_all: true })).toMatchObject({ left_out: 0 });
  });
});

describe('scaleOf', () => {
  it('holds every p90 that enough records stand behind, on both tables', () => {
    expect(scaleOf([[row('3104', hours(4))], [row('crib', hours(9)), row(null, hours(90, 2))]])).toBe(20);
    expect(scaleOf([[], []])).toBe(12);
  });
});

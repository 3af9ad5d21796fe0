import { describe, expect, it } from 'vitest';
import { officeRows } from './office-rows.ts';

const hours = (customs_office: string, channel: string | null, mean_hours: number, n = 60) => ({
  customs_office,
  channel,
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
  faster_percent: null,
  is_small_n: n < 30,
});
const names = new Map([['3104', { name: 'Beilun', name_zh: '北仑海关' }]]);

describe('officeRows', () => {
  it('puts the slowest first and too few records last, however slow', () => {
    const rows = officeRows(
      [hours('3104', 'green', 4), hours('3105', 'green', 40, 2), hours('3101', 'green', 9)],
      [],
      {
        names,
        sort: 'mean',
      },
    );
    expect(rows.map(({ office }) => office)).toEqual(['3101', '3104', '3105']);
  });

  it('compares each office and channel with the same of the period before', () => {
    const now = [hours('3104', 'green', 4), hours('3104', 'ordinary', 11)];
    const before = [hours('3104', 'ordinary', 10), hours('3104', 'green', 6)];
    const rows = officeRows(now, before, { names, sort: 'change' });
    expect(rows.map(({ channel, change_hours }) => [channel, change_hours])).toEqual([
      ['ordinary', 1],
      ['green', -2],
    ]);
  });

  it('gives no change where one of the periods has too few records or none', () => {
    const rows = officeRows(
      [hours('3104', 'green', 4), hours('3101', 'green', 5)],
      [hours('3104', 'green', 6, 3)],
      {
        names,
        sort: 'mean',
      },
    );
    expect(rows.map(({ change_hours }) => change_hours)).toEqual([null, null]);
  });

  it('puts the slower first among rows without a change', () => {
    const rows = officeRows([hours('3104', 'green', 4), hours('3101', 'green', 9)], [], {
      names,
      sort: 'change',
    });
    expect(rows.map(({ office }) => office)).toEqual(['3101', '3104']);
  });

  it('names the office where the name is known, and keeps the code where it is not', () => {
    const [known, unknown] = officeRows([hours('3104', null, 9), hours('3199', null, 4)], [], {
      names,
      sort: 'mean',
    });
    expect(known).toMatchObject({ office: '3104', name: 'Beilun', channel: null });
    expect(unknown).toMatchObject({ office: '3199', name: null });
  });
});

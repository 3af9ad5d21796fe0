import { describe, expect, it } from 'vitest';
import type { Spread } from '#lib/domain/clearance/dashboard.ts';
import { slotsOf } from '#lib/domain/clearance/time-range.ts';
import { layoutTrend, type TrendInput } from './trend-geometry.ts';

const point = (mean_hours: number | null, n = 50): Spread | null =>
  mean_hours === null
    ? null
    : {
        n,
        mean_hours,
        p10_hours: mean_hours / 2,
        p50_hours: mean_hours - 1,
        p90_hours: mean_hours + 4,
        quantiles: 'exact',
        is_small_n: n < 30,
      };
const line = (channel: 'green' | 'ordinary' | null, values: (number | null)[], n = 50) => ({
  channel,
  points: values.map((value) => point(value, n)),
});
const BASELINE = { hours: 11.05, hours_low: 10.78, hours_high: 11.33 };
const weeks = (count: number) =>
  slotsOf('week', {
    from: '2026-04-20',
    to: new Date(Date.UTC(2026, 3, 20 + 7 * count - 1)).toISOString().slice(0, 10),
  });

function layout(lines: TrendInput['lines'], given: Partial<TrendInput> = {}) {
  return layoutTrend({
    grain: 'week',
    slots: weeks(lines[0]?.points.length ?? 0),
    lines,
    compared: [],
    statistic: 'mean',
    baseline: null,
    events: [],
    ...given,
  });
}

const event = (day: string) => ({ day, is_launch: false, is_in_force: true, rules: [] });

describe('layoutTrend', () => {
  it('draws nothing for a single slot', () => {
    expect(layout([line('green', [null, 4, null])])).toBeNull();
    expect(layout([])).toBeNull();
  });

  it('starts at the first slot with a record and stops at the last', () => {
    const trend = layout([
      line('green', [null, null, 5, 4, null]),
      line('ordinary', [null, 11, 10, 11, null]),
    ]);
    expect(trend?.slots.map(({ from }) => from)).toEqual(['2026-04-27', '2026-05-04', '2026-05-11']);
  });

  it('breaks the line and names the gap where no channel has a record', () => {
    const trend = layout([line('green', [5, 5, null, 4, 4]), line('ordinary', [11, 11, null, 10, 11])]);
    expect(trend?.lines[0]?.path.match(/M/g)).toHaveLength(2);
    expect(trend?.gaps).toEqual([{ left: 40, width: 20, from: '2026-05-04', to: '2026-05-10' }]);
  });

  it('does not call it a gap when another channel has records', () => {
    expect(layout([line('green', [5, null, 5]), line('ordinary', [11, 10, 11])])?.gaps).toEqual([]);
  });

  it('keeps the rounding range of the baseline on the axis', () => {
    const trend = layout([line('green', [4, 4])], { baseline: BASELINE });
    expect(trend?.ticks.at(-1)).toEqual({ hours: 12, y: 0 });
    expect(trend?.baseline).toMatchObject({ y: 7.92, y_low: 10.17, y_high: 5.58 });
  });

  it('draws the number asked for', () => {
    const mean = layout([line('green', [4, 4])], { baseline: BASELINE })?.lines[0]?.last;
    const p90 = layout([line('green', [4, 4])], { baseline: BASELINE, statistic: 'p90' })?.lines[0]?.last;
    expect([mean?.hours, p90?.hours]).toEqual([4, 8]);
    expect(p90?.y).toBeLessThan(mean?.y ?? 0);
  });

  it('marks slots of few records and slots without neighbours', () => {
    expect(layout([line('green', [4, 5], 12)])?.lines[0]?.marks.map(({ is_small_n }) => is_small_n)).toEqual([
      true,
      true,
    ]);
    const alone = layout([line('green', [4, null, 5, 5]), line('ordinary', [9, 9, 9, 9])]);
    expect(alone?.lines[0]?.marks.map(({ x }) => x)).toEqual([12.5]);
  });

  it('gives few records no spread, and no say in the scale', () => {
    const trend = layout([{ channel: 'green', points: [point(4), point(5), point(300, 2), point(4)] }]);
    expect(trend?.ticks.at(-1)?.hours).toBeLessThan(20);
    expect(trend?.lines[0]?.marks).toMatchObject([{ slot: 2, y: 0, is_beyond: true, hours: 300 }]);
    expect(trend?.lines[0]?.band.match(/Z/g)).toHaveLength(2);
  });

  it('keeps lines readable where every slot has few records and one of them is an outlier', () => {
    const points = Array.from({ length: 30 }, (_, slot) => point(slot === 7 ? 160 : 5, 4));
    const trend = layout([{ channel: 'green', points }]);
    expect(trend?.ticks.at(-1)?.hours).toBeLessThan(20);
    expect(trend?.lines[0]?.marks[7]).toMatchObject({ y: 0, is_beyond: true, hours: 160 });
  });

  it('cuts what is compared to the same slots, and names it apart', () => {
    const trend = layout([line('ordinary', [null, 11, 11, 11])], {
      compared: [line('ordinary', [14, 10, null, 10]), line('green', [4, null, null, null])],
    });
    expect(trend?.compared).toHaveLength(1);
    expect(trend?.slots.map(({ compared }) => compared[0]?.mean_hours)).toEqual([10, undefined, 10]);
    const [ours, theirs] = [trend?.lines[0]?.label_y ?? 0, trend?.compared[0]?.label_y ?? 0];
    expect(Math.abs(ours - theirs)).toBeGreaterThan(9);
  });

  it('flags an event on its day, and none outside the period', () => {
    const trend = layout([line('green', [4, 4])], {
      events: [event('2026-04-23'), event('2025-01-01')],
    });
    // Thursday is the middle of the first of two weeks.
    expect(trend?.events).toEqual([{ ...event('2026-04-23'), x: 25, is_named: true }]);
  });

  it('names no event beside another, and the launch before any', () => {
    const launch = { ...event('2026-04-24'), is_launch: true };
    const trend = layout([line('green', [4, 4])], { events: [event('2026-04-23'), launch] });
    expect(trend?.events.map(({ is_named }) => is_named)).toEqual([false, true]);
  });
});

describe('the axis of time', () => {
  const named = (grain: 'day' | 'week' | 'month', from: string, to: string) => {
    const slots = slotsOf(grain, { from, to });
    const lines = [{ channel: null, points: slots.map(() => point(5)) }];
    return layout(lines, { grain, slots })?.steps.map(({ day, year }) => [day, year]);
  };

  it('names the Mondays of a few weeks', () => {
    expect(named('day', '2026-09-02', '2026-09-20')).toEqual([
      ['2026-09-07', '2026'],
      ['2026-09-14', null],
    ]);
  });

  it('names the first Monday of each month, and the year where it changes', () => {
    expect(named('week', '2025-11-10', '2026-02-08')).toEqual([
      ['2025-12-01', '2025'],
      ['2026-01-05', '2026'],
      ['2026-02-02', null],
    ]);
  });

  it('names quarters and years where months are too many', () => {
    expect(named('month', '2023-12-01', '2026-11-22')?.map(([day]) => day)).toEqual([
      '2024-01-01',
      '2024-04-01',
      '2024-07-01',
      '2024-10-01',
      '2025-01-01',
      '2025-04-01',
      '2025-07-01',
      '2025-10-01',
      '2026-01-01',
      '2026-04-01',
      '2026-07-01',
      '2026-10-01',
    ]);
    expect(named('month', '2005-01-01', '2026-11-22')?.length).toBeLessThanOrEqual(23);
  });

  it('names a month that the period cuts where months are drawn, and the beginning where nothing else is', () => {
    expect(named('month', '2026-08-20', '2026-09-20')).toEqual([
      ['2026-08-20', '2026'],
      ['2026-09-01', null],
    ]);
    expect(named('week', '2026-09-02', '2026-09-20')).toEqual([['2026-09-02', '2026']]);
  });
});

import { describe, expect, it } from 'vitest';
import type { ChannelWeeks, WeekPoint } from '#lib/domain/clearance/overview.ts';
import { layoutTrend } from './trend.ts';

const MONDAYS = ['2026-04-20', '2026-04-27', '2026-05-04', '2026-05-11', '2026-05-18', '2026-05-25'];

function weeks(values: (number | null)[], n = 50): WeekPoint[] {
  return values.map((mean_hours, index) => ({
    week: `2026-W${17 + index}`,
    monday: MONDAYS[index] ?? '',
    hours:
      mean_hours === null
        ? null
        : {
            n,
            mean_hours,
            p50_hours: mean_hours - 1,
            p90_hours: mean_hours + 4,
            quantiles: 'exact',
            is_small_n: n < 30,
          },
  }));
}
const channels = (green: (number | null)[], ordinary: (number | null)[]): ChannelWeeks[] => [
  { channel: 'green', weeks: weeks(green) },
  { channel: 'ordinary', weeks: weeks(ordinary) },
];
const BASELINE = { hours: 11.05, hours_low: 10.78, hours_high: 11.33 };

describe('layoutTrend', () => {
  it('draws nothing for a single week', () => {
    expect(layoutTrend(channels([null, 4, null], [null, null, null]), 'mean_hours', BASELINE)).toBeNull();
    expect(layoutTrend([], 'mean_hours', BASELINE)).toBeNull();
  });

  it('starts at the first week with a record and stops at the last', () => {
    const trend = layoutTrend(
      channels([null, null, 5, 4, null], [null, 11, 10, 11, null]),
      'mean_hours',
      BASELINE,
    );
    expect(trend?.weeks.map(({ monday }) => monday)).toEqual(['2026-04-27', '2026-05-04', '2026-05-11']);
  });

  it('breaks the line and names the gap where no channel has a record', () => {
    const trend = layoutTrend(channels([5, 5, null, 4, 4], [11, 11, null, 10, 11]), 'mean_hours', BASELINE);
    expect(trend?.series[0]?.path.match(/M/g)).toHaveLength(2);
    expect(trend?.gaps).toEqual([{ left: 40, width: 20, from: '2026-05-04', to: '2026-05-04' }]);
  });

  it('does not call it a gap when another channel has records', () => {
    const trend = layoutTrend(channels([5, null, 5], [11, 10, 11]), 'mean_hours', BASELINE);
    expect(trend?.gaps).toEqual([]);
  });

  it('keeps the rounding range of the baseline on the axis', () => {
    const trend = layoutTrend(channels([4, 4], [5, 5]), 'mean_hours', BASELINE);
    expect(trend?.ticks.at(-1)).toEqual({ hours: 12, y: 0 });
    expect(trend?.baseline).toMatchObject({ y: 7.92, y_low: 10.17, y_high: 5.58 });
  });

  it('marks weeks of few records and weeks without neighbours', () => {
    const few = layoutTrend([{ channel: 'green', weeks: weeks([4, 5], 12) }], 'mean_hours', null);
    expect(few?.series[0]?.marks.map(({ is_small_n }) => is_small_n)).toEqual([true, true]);
    const alone = layoutTrend(channels([4, null, 5, 5], [9, 9, 9, 9]), 'mean_hours', null);
    expect(alone?.series[0]?.marks.map(({ x }) => x)).toEqual([12.5]);
  });

  it('leaves out a channel without records', () => {
    expect(layoutTrend(channels([null, null], [9, 9]), 'p50_hours', null)?.series).toHaveLength(1);
  });

  it('ticks the first Monday of a month', () => {
    const trend = layoutTrend(channels([5, 5, 5, 5], [9, 9, 9, 9]), 'mean_hours', null);
    expect(trend?.months).toEqual([{ monday: '2026-05-04', x: 62.5 }]);
  });
});

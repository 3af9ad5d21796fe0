import { describe, expect, it } from 'vitest';
import type { WeekPoint } from '#lib/domain/clearance/overview.ts';
import { layoutSparkline } from './sparkline.ts';

const week = (index: number, mean_hours: number | null, n = 40): WeekPoint => ({
  week: `2026-W${String(index).padStart(2, '0')}`,
  monday: new Date(Date.UTC(2026, 0, 5 + 7 * (index - 2))).toISOString().slice(0, 10),
  hours:
    mean_hours === null
      ? null
      : {
          n,
          mean_hours,
          p50_hours: mean_hours,
          p90_hours: mean_hours,
          is_small_n: n < 30,
        },
});
const about = { period_from: '2026-01-12', baseline_hours: null };

describe('a sparkline', () => {
  it('begins at zero and names its top', () => {
    expect(layoutSparkline([week(2, 10), week(3, 20)], about)).toMatchObject({
      top_hours: 20,
      path: 'M25,50L75,0',
    });
  });

  it('breaks where a week has no record', () => {
    expect(layoutSparkline([week(2, 10), week(3, null), week(4, 10)], about)?.path.match(/M/g)).toHaveLength(
      2,
    );
  });

  it('draws the weeks of the period once more, the one in which it begins among them', () => {
    const weeks = [week(2, 5), week(3, 5), week(4, 5)];
    expect(layoutSparkline(weeks, { ...about, period_from: '2026-01-14' })?.period_path).toBe(
      'M50,16.67L83.33,16.67',
    );
  });

  it('is none with a single week of records', () => {
    expect(layoutSparkline([week(2, 5), week(3, null)], about)).toBeNull();
    expect(layoutSparkline([], about)).toBeNull();
  });

  it('does not let a week of few records set its scale, and marks it', () => {
    const line = layoutSparkline([week(2, 5), week(3, 5), week(4, 90, 2)], about);
    expect(line).toMatchObject({ top_hours: 6, last: { y: 0, is_small_n: true } });
  });

  it('leaves room for the baseline', () => {
    expect(layoutSparkline([week(2, 5), week(3, 5)], { ...about, baseline_hours: 11.05 })).toMatchObject({
      top_hours: 12,
      baseline_y: 7.92,
    });
  });
});

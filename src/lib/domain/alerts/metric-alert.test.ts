import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgePeriods, limitHours, metricAlertSchema, type MetricPeriod } from './metric-alert.ts';

const RULE = metricAlertSchema.parse({ name: 'Slow', fire_above: 8, recover_at: 6 });

/** Days of October, one a value; null is a day without records. */
function days(values: readonly (number | null)[], n = 50): MetricPeriod[] {
  return values.map((hours, index) => {
    const to = `2026-10-${String(index + 1).padStart(2, '0')}`;
    return { period: to, to, n: hours === null ? 0 : n, hours, baseline_hours: 10 };
  });
}
const statesOf = (rule: Parameters<typeof judgePeriods>[0], values: readonly (number | null)[]) =>
  judgePeriods(rule, days(values)).map(({ state }) => state);
const toldOf = (rule: Parameters<typeof judgePeriods>[0], values: readonly (number | null)[]) =>
  judgePeriods(rule, days(values)).map(({ told }) => told);

describe('an alert on hours', () => {
  it('fires above its limit, not at it, and recovers at the other limit, not between the two', () => {
    expect(statesOf(RULE, [8, 8.1, 7, 6.1, 6, 8.1])).toEqual([
      'ok',
      'firing',
      'firing',
      'firing',
      'ok',
      'firing',
    ]);
    expect(toldOf(RULE, [8, 8.1, 7, 6.1, 6, 8.1])).toEqual([null, 'fired', null, null, 'recovered', 'fired']);
  });

  it('waits for as many periods as it is told, in a row', () => {
    const rule = { ...RULE, pending_periods: 3 };
    expect(statesOf(rule, [9, 9, 7, 9, 9, 9])).toEqual([
      'pending',
      'pending',
      'ok',
      'pending',
      'pending',
      'firing',
    ]);
  });

  it('keeps its state and its count while there are no data, and says so', () => {
    const rule = { ...RULE, pending_periods: 2 };
    expect(statesOf(rule, [9, null, 9, null, null, 5, null])).toEqual([
      'pending',
      'pending',
      'firing',
      'firing',
      'firing',
      'ok',
      'ok',
    ]);
    expect(judgePeriods(RULE, days([9, null])).map(({ is_no_data }) => is_no_data)).toEqual([false, true]);
  });

  it('takes a period with too few records for no data', () => {
    const few = judgePeriods({ ...RULE, min_n: 30 }, days([20], 29));
    expect(few[0]).toMatchObject({ state: 'ok', is_no_data: true, n: 29 });
  });

  it('compares with the baseline and with the period before, in per cent over', () => {
    const baseline = { ...RULE, comparison: 'baseline' as const, fire_above: 20, recover_at: 0 };
    expect(judgePeriods(baseline, days([12, 12.1])).map(({ value }) => Math.round(value ?? 0))).toEqual([
      20, 21,
    ]);
    expect(statesOf(baseline, [12, 12.1])).toEqual(['ok', 'firing']);
    const previous = { ...RULE, comparison: 'previous' as const, fire_above: 50, recover_at: 0 };
    expect(
      judgePeriods(previous, days([4, 6.1, null, 9, 9])).map(({ value }) => value && Math.round(value)),
    ).toEqual([null, 52, null, null, 0]);
    const [, second] = days([4, 6]);
    if (!second) throw new Error('two days');
    expect(limitHours(previous, second, days([4])[0] ?? null)).toBe(6);
    expect(limitHours(baseline, second, null)).toBe(12);
  });

  it('tells nothing on muted days, and afterwards only what still holds', () => {
    const rule = { ...RULE, mutes: [{ from: '2026-10-02', to: '2026-10-03', note: 'Golden week' }] };
    expect(toldOf(rule, [5, 9, 9, 9])).toEqual([null, null, null, 'fired']);
    expect(toldOf(rule, [5, 9, 5, 5])).toEqual([null, null, null, null]);
    expect(toldOf(rule, [9, 5, 5, 5])).toEqual(['fired', null, null, 'recovered']);
  });

  it('tells fired and recovered in turns, whatever comes', () => {
    const value = fc.option(fc.double({ min: 0, max: 20, noNaN: true }), { nil: null });
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 30 }),
        fc.integer({ min: 1, max: 4 }),
        (values, pending_periods) => {
          const told = toldOf({ ...RULE, pending_periods }, values).filter((one) => one !== null);
          expect(told).toEqual(told.map((_, index) => (index % 2 === 0 ? 'fired' : 'recovered')));
        },
      ),
    );
  });

  it('refuses to recover above the limit that it fires at', () => {
    expect(metricAlertSchema.safeParse({ name: 'x', fire_above: 5, recover_at: 6 }).success).toBe(false);
  });
});

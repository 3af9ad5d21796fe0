import { describe, expect, it } from 'vitest';
import { expiryStep } from './expiry.ts';

const at = (today: string) => expiryStep('2026-08-01', { today, report_age_days: 90 });

describe('the end of a report', () => {
  it('comes near in steps of 30, 14, 7 and 1 day before its last day, which is day 90', () => {
    expect(at('2026-09-29')).toBeNull();
    expect(at('2026-09-30')).toEqual({ last_day: '2026-10-30', days_left: 30, step: 30 });
    expect(at('2026-10-15')?.step).toBe(30);
    expect(at('2026-10-16')).toMatchObject({ days_left: 14, step: 14 });
    expect(at('2026-10-23')).toMatchObject({ days_left: 7, step: 7 });
    expect(at('2026-10-28')?.step).toBe(7);
    expect(at('2026-10-29')).toMatchObject({ days_left: 1, step: 1 });
    expect(at('2026-10-30')).toMatchObject({ days_left: 0, step: 1 });
    expect(at('2026-10-31')).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { periodOf } from './period.ts';

const NEWEST = '2026-09-20';

describe('the period of a query', () => {
  it('is twelve weeks up to the newest day on file when none is asked for', () => {
    expect(periodOf({ from: null, to: null }, NEWEST)).toEqual({ from: '2026-06-29', to: NEWEST });
  });

  it('fills an open end', () => {
    expect(periodOf({ from: '2026-01-01', to: null }, NEWEST)).toEqual({ from: '2026-01-01', to: NEWEST });
    expect(periodOf({ from: null, to: '2026-03-25' }, NEWEST)).toEqual({
      from: '2026-01-01',
      to: '2026-03-25',
    });
  });

  it('never ends before it begins', () => {
    expect(periodOf({ from: '2027-01-01', to: null }, NEWEST)).toEqual({
      from: '2027-01-01',
      to: '2027-01-01',
    });
  });
});

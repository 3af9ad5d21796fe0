import { describe, expect, it } from 'vitest';
import { periodOf } from './period.ts';

const reach = { first: '2024-03-05', newest: '2026-09-20', programme_start: '2026-05-13' };
const asked = (from: string | null, to: string | null) => periodOf({ range: '12m', from, to }, reach);

describe('the period of a query', () => {
  it('is twelve months up to the newest day on file when none is asked for', () => {
    expect(asked(null, null)).toEqual({ from: '2025-10-01', to: '2026-09-20' });
  });

  it('is the named one', () => {
    expect(periodOf({ range: 'programme', from: null, to: null }, reach)).toEqual({
      from: '2026-05-13',
      to: '2026-09-20',
    });
  });

  it('falls back to twelve months where the named one does not exist', () => {
    expect(
      periodOf({ range: 'programme', from: null, to: null }, { ...reach, programme_start: null }).from,
    ).toBe('2025-10-01');
  });

  it('fills an open end', () => {
    expect(asked('2026-01-01', null)).toEqual({ from: '2026-01-01', to: '2026-09-20' });
    expect(asked(null, '2026-03-25')).toEqual({ from: '2025-04-01', to: '2026-03-25' });
  });

  it('never ends before it begins', () => {
    expect(asked('2027-01-01', null)).toEqual({ from: '2027-01-01', to: '2027-01-01' });
  });
});

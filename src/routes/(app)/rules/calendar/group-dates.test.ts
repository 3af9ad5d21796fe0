import { describe, expect, it } from 'vitest';
import { groupDates } from './group-dates.ts';

const dates = ['2026-05-13', '2026-11-01', '2026-05-02', '2026-12-31', '2026-11-20'].map((day) => ({ day }));

describe('the months of a calendar', () => {
  it('has the next date first, today among them, and the last past one first', () => {
    const { ahead, past } = groupDates(dates, '2026-11-01');
    expect(ahead).toEqual([
      { month: '2026-11', dates: [{ day: '2026-11-01' }, { day: '2026-11-20' }] },
      { month: '2026-12', dates: [{ day: '2026-12-31' }] },
    ]);
    expect(past).toEqual([{ month: '2026-05', dates: [{ day: '2026-05-13' }, { day: '2026-05-02' }] }]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GRAINS, startOf } from './period.ts';
import { dayFromText, dayToText } from '#lib/domain/text/calendar-day.ts';
import {
  daysOfRange,
  grainFor,
  grainsFor,
  periodBefore,
  RANGES,
  slotsBefore,
  slotsOf,
  yearBefore,
} from './time-range.ts';

const numRuns = process.env.LONG ? 5000 : 100;
const reach = { first: '2024-03-05', newest: '2026-09-20', programme_start: '2026-05-13' };

describe('daysOfRange', () => {
  it('ends every period with the newest day on file', () => {
    expect(Object.fromEntries(RANGES.map((range) => [range, daysOfRange(range, reach)]))).toEqual({
      '30d': { from: '2026-08-22', to: '2026-09-20' },
      '90d': { from: '2026-06-23', to: '2026-09-20' },
      '12m': { from: '2025-10-01', to: '2026-09-20' },
      year: { from: '2026-01-01', to: '2026-09-20' },
      programme: { from: '2026-05-13', to: '2026-09-20' },
      all: { from: '2024-03-05', to: '2026-09-20' },
    });
  });

  it('has no period since a launch that lies ahead or never was', () => {
    expect(daysOfRange('programme', { ...reach, programme_start: null })).toBeNull();
    expect(daysOfRange('programme', { ...reach, newest: '2026-05-12' })).toBeNull();
  });
});

describe('a comparison', () => {
  it('takes the same length before, or the same days a year before', () => {
    expect(periodBefore('2026-03-01', '2026-03-31')).toEqual({ from: '2026-01-29', to: '2026-02-28' });
    expect(yearBefore('2024-02-29', '2024-03-31')).toEqual({ from: '2023-02-28', to: '2023-03-31' });
  });
});

describe('grainFor', () => {
  it('suits the length of the period', () => {
    expect(grainFor({ from: '2026-09-01', to: '2026-09-30' }, null)).toBe('day');
    expect(grainFor({ from: '2025-10-01', to: '2026-09-20' }, null)).toBe('week');
    expect(grainFor({ from: '2024-03-05', to: '2026-09-20' }, null)).toBe('month');
  });

  it('follows a wish as far as a line stays readable', () => {
    expect(grainFor({ from: '2026-09-01', to: '2026-09-30' }, 'week')).toBe('week');
    expect(grainFor({ from: '2025-10-01', to: '2026-09-20' }, 'day')).toBe('week');
    expect(grainsFor({ from: '2015-01-01', to: '2026-09-20' })).toEqual(['month']);
  });
});

describe('slots', () => {
  it('are cut to the period at its ends', () => {
    expect(slotsOf('week', { from: '2026-09-02', to: '2026-09-15' })).toEqual([
      { from: '2026-09-02', to: '2026-09-06' },
      { from: '2026-09-07', to: '2026-09-13' },
      { from: '2026-09-14', to: '2026-09-15' },
    ]);
  });

  it('are compared with as many whole ones before, weeks with weeks', () => {
    const weeks = slotsOf('week', { from: '2026-09-02', to: '2026-09-15' });
    expect(slotsBefore('week', weeks, 'previous').map(({ from }) => from)).toEqual([
      '2026-08-10',
      '2026-08-17',
      '2026-08-24',
    ]);
    expect(slotsBefore('week', weeks, 'year')[0]).toEqual({ from: '2025-09-01', to: '2025-09-07' });
    const months = slotsOf('month', { from: '2026-02-10', to: '2026-03-31' });
    expect(slotsBefore('month', months, 'year')).toEqual([
      { from: '2025-02-01', to: '2025-02-28' },
      { from: '2025-03-01', to: '2025-03-31' },
    ]);
    expect(slotsBefore('day', slotsOf('day', { from: '2026-09-21', to: '2026-09-21' }), 'year')).toEqual([
      { from: '2025-09-22', to: '2025-09-22' },
    ]);
  });

  it('cover each day of the period once, whatever the period', () => {
    const day = fc
      .date({ min: new Date('2015-01-01'), max: new Date('2030-12-31'), noInvalidDate: true })
      .map((at) => at.toISOString().slice(0, 10));
    fc.assert(
      fc.property(day, fc.nat(400), fc.constantFrom(...GRAINS), (from, length, grain) => {
        const to = new Date(Date.parse(from) + length * 86_400_000).toISOString().slice(0, 10);
        const slots = slotsOf(grain, { from, to });
        const sizes = slots.map((slot) => (dayFromText(slot.to) ?? 0) - (dayFromText(slot.from) ?? 0) + 1);
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(length + 1);
        expect([slots[0]?.from, slots.at(-1)?.to]).toEqual([from, to]);
        const before = slotsBefore(grain, slots, 'previous');
        expect(before).toHaveLength(slots.length);
        const first_day = dayToText(startOf(grain, dayFromText(from) ?? 0));
        expect((before.at(-1)?.to ?? '') < first_day).toBe(true);
      }),
      { seed: 412, numRuns },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDays,
  dayFromText,
  dayInChina,
  dayOfInstant,
  daysBetween,
  dayToText,
  instantOfDay,
} from './calendar-day.ts';

const numRuns = process.env.LONG ? 5_000 : 200;
const on = (text: string) => dayFromText(text) ?? Number.NaN;
/** From 2000 to 2100, with the leap year 2000 and the common year 2100. */
const day = fc.integer({ min: on('2000-01-01'), max: on('2100-12-31') });

describe('a day in China', () => {
  it.each([
    ['2026-05-13T15:59:59.999Z', '2026-05-13'],
    ['2026-05-13T16:00:00Z', '2026-05-14'],
    ['2025-12-31T16:00:00Z', '2026-01-01'],
    ['2024-02-28T16:00:00Z', '2024-02-29'],
    ['1969-12-31T15:59:59Z', '1969-12-31'],
  ])('at %s is %s', (instant, text) => {
    expect(dayToText(dayOfInstant(Date.parse(instant)))).toBe(text);
  });

  it('begins at its midnight, and is read back from its text', () => {
    expect(instantOfDay(on('2026-05-14')).toISOString()).toBe('2026-05-13T16:00:00.000Z');
    fc.assert(
      fc.property(day, (one) => {
        expect(dayOfInstant(instantOfDay(one).getTime())).toBe(one);
        expect(dayOfInstant(instantOfDay(one).getTime() - 1)).toBe(one - 1);
        expect(dayFromText(dayToText(one))).toBe(one);
      }),
      { seed: 412, numRuns },
    );
  });

  it.each(['2026-02-29', '2100-02-29', '2026-13-01', '2026-04-31', '2026-5-1', '', 'tomorrow'])(
    'is none in %j',
    (text) => {
      expect(dayFromText(text)).toBeNull();
    },
  );
});

describe('arithmetic of days', () => {
  it('counts calendar days and never hours', () => {
    expect(addDays('2026-05-13', 90)).toBe('2026-08-11');
    expect(daysBetween('2026-05-13', '2026-08-11')).toBe(90);
    expect(addDays('2024-02-28', 1)).toBe('2024-02-29');
    expect(addDays('2026-03-01', -1)).toBe('2026-02-28');
  });

  it('takes the day of an instant in China, where midnight comes first', () => {
    expect(dayInChina(new Date('2026-05-12T15:59:59Z'))).toBe('2026-05-12');
    expect(dayInChina(new Date('2026-05-12T16:00:00Z'))).toBe('2026-05-13');
  });

  it('refuses what is no day', () => {
    expect(() => addDays('2026-02-30', 1)).toThrow('2026-02-30');
  });

  it('comes back from where it went', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -40_000, max: 40_000 }),
        fc.integer({ min: -40_000, max: 40_000 }),
        (from, count) => {
          const day = addDays('2026-05-13', from);
          expect(daysBetween(day, addDays(day, count))).toBe(count);
        },
      ),
      { numRuns },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coverDays, endOf, GRAINS, labelOf, periodsOf, startOf } from './period.ts';
import { dayFromText, dayToText } from '#lib/domain/text/calendar-day.ts';

const numRuns = process.env.LONG ? 5000 : 200;
const on = (text: string) => dayFromText(text) ?? Number.NaN;
/** From 2000 to 2100, with the leap year 2000 and the common year 2100. */
const day = fc.integer({ min: on('2000-01-01'), max: on('2100-12-31') });

describe('a period', () => {
  it.each([
    ['week', '2026-05-13', '2026-05-11', '2026-W20'],
    ['week', '2026-01-01', '2025-12-29', '2026-W01'],
    ['week', '2027-01-03', '2026-12-28', '2026-W53'],
    ['week', '2024-12-30', '2024-12-30', '2025-W01'],
    ['month', '2024-02-29', '2024-02-01', '2024-02'],
    ['month', '2026-12-31', '2026-12-01', '2026-12'],
    ['day', '2024-02-29', '2024-02-29', '2024-02-29'],
  ] as const)('by %s of %s begins on %s and is called %s', (grain, text, first, label) => {
    const start = startOf(grain, on(text));
    expect(dayToText(start)).toBe(first);
    expect(labelOf(grain, start)).toBe(label);
  });

  it('has 29 days in the February of a leap year, and 28 in 2100', () => {
    const length = (text: string) => endOf('month', on(text)) - on(text);
    expect(['2024-02-01', '2000-02-01', '2026-02-01', '2100-02-01'].map(length)).toEqual([29, 29, 28, 28]);
  });

  it('holds each of its days, and ends where the next one begins', () => {
    fc.assert(
      fc.property(day, fc.constantFrom(...GRAINS), (one, grain) => {
        const start = startOf(grain, one);
        const end = endOf(grain, start);
        expect(start <= one && one < end).toBe(true);
        expect(startOf(grain, end - 1)).toBe(start);
        expect(startOf(grain, end)).toBe(end);
        if (grain === 'week') expect(new Date(start * 86_400_000).getUTCDay()).toBe(1);
      }),
      { seed: 412, numRuns },
    );
  });

  it('is listed once for each that the days touch', () => {
    expect(periodsOf('month', on('2025-12-31'), on('2026-02-01')).map(dayToText)).toEqual([
      '2025-12-01',
      '2026-01-01',
      '2026-02-01',
    ]);
    expect(periodsOf('week', on('2026-05-11'), on('2026-05-17'))).toHaveLength(1);
  });
});

describe('covering days with periods', () => {
  const stretch = fc.tuple(day, fc.integer({ min: 0, max: 500 }));

  it('takes each day once, in whole periods, none of which crosses a border of the group', () => {
    fc.assert(
      fc.property(stretch, fc.constantFrom(null, ...GRAINS), ([from, length], by) => {
        const pieces = coverDays(from, from + length, by);
        let next = from;
        for (const { grain, start, end } of pieces) {
          expect(start).toBe(next);
          expect([startOf(grain, start), startOf(grain, end)]).toEqual([start, end]);
          if (by !== null)
            for (const first of periodsOf(grain, start, end - 1))
              expect(startOf(by, first)).toBe(startOf(by, endOf(grain, first) - 1));
          next = end;
        }
        expect(next).toBe(from + length + 1);
      }),
      { seed: 412, numRuns },
    );
  });

  it('is one piece for whole months, and days at the edges', () => {
    expect(coverDays(on('2026-01-01'), on('2026-12-31'), null)).toHaveLength(1);
    expect(coverDays(on('2026-05-13'), on('2026-05-13'), null)).toEqual([
      { grain: 'day', start: on('2026-05-13'), end: on('2026-05-14') },
    ]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellOf, mergeCells } from './cell.ts';
import { outliersOf, OUTLIERS_N_MIN } from './outliers.ts';

const numRuns = process.env.LONG ? 2000 : 100;
const HOUR = 3600;
const cellOfHours = (...hours: number[]) => cellOf(Int32Array.from(hours, (one) => one * HOUR));
/** Forty values whose quartiles are near 2 and 8 hours. */
const spread = Array.from({ length: 40 }, (_, index) => 1 + (index % 10));

describe('outliers', () => {
  it('are those beyond three times the distance of the quartiles, by factors', () => {
    // The quartiles are 3 and 8.5 h, so that the fence is 8.5 × (8.5 / 3)³ = 193.3 h.
    const found = outliersOf(cellOfHours(...spread, 190, 200, 4000));
    expect(found?.count).toBe(2);
    expect(found?.threshold_seconds).toBeGreaterThanOrEqual(193 * HOUR);
    expect(found?.threshold_seconds).toBeLessThan(200 * HOUR);
  });

  it('are none where nothing stands out', () => {
    expect(outliersOf(cellOfHours(...spread))?.count).toBe(0);
  });

  it('are not told from too few values, nor where the middle half are alike', () => {
    const few = Array.from({ length: OUTLIERS_N_MIN - 1 }, (_, index) => index + 1);
    expect(outliersOf(cellOfHours(...few))).toBeNull();
    expect(outliersOf(cellOfHours(...Array.from({ length: 40 }, () => 5), 4000))).toBeNull();
  });

  it('are told also where many were released in no time', () => {
    const half_in_no_time = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? 0 : 4));
    expect(outliersOf(cellOfHours(...half_in_no_time, 20 * 365 * 24))).toMatchObject({ count: 0 });
  });

  it('are as many as the values above the threshold, of exact values and of bins alike', () => {
    const durations = fc.array(fc.integer({ min: 0, max: 3_000_000 }), { minLength: 20, maxLength: 400 });
    fc.assert(
      fc.property(durations, fc.integer({ min: 1, max: 8 }), (values, times) => {
        // Eight times 400 values are too many to keep: the same set as bins.
        const all = Array.from({ length: times }, () => values).flat();
        const cell = mergeCells(Array.from({ length: times }, () => cellOf(Int32Array.from(values))));
        const found = cell && outliersOf(cell);
        if (!found) return;
        expect(found.count).toBe(all.filter((value) => value > found.threshold_seconds).length);
      }),
      { seed: 412, numRuns },
    );
  });
});

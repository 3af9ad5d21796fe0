import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellOf, countAbove, histogramOf, mergeCells, quantileOf, type Cell } from './cell.ts';
import { OVERFLOW_BIN, RELATIVE_ERROR_MAX, ZERO_BIN } from './log-bins.ts';
import { EXACT_N_MAX } from './measure.ts';

const numRuns = process.env.LONG ? 1000 : 60;
const seconds = fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 5_000_000 }));
const few = fc.array(seconds, { minLength: 1, maxLength: 120 });
const of = (values: readonly number[]) => cellOf(Int32Array.from(values));

/** `percentile_cont` as its documentation describes it. */
function percentile(values: readonly number[], fraction: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = fraction * (sorted.length - 1);
  const low = sorted[Math.floor(rank)] ?? Number.NaN;
  const high = sorted[Math.ceil(rank)] ?? Number.NaN;
  return low + (high - low) * (rank - Math.floor(rank));
}

/** A cell of each stretch, so that together they hold all the values. */
function parts(values: readonly number[], size: number): Cell[] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
    of(values.slice(index * size, (index + 1) * size)),
  );
}
const many = (count: number) => Array.from({ length: count }, (_, index) => (index * 7919) % 100_003);

describe('a cell', () => {
  it('keeps count, sum and extremes exactly, and quantiles by linear interpolation', () => {
    fc.assert(
      fc.property(few, fc.double({ min: 0, max: 1, noNaN: true }), (values, fraction) => {
        const cell = of(values);
        expect(cell).toMatchObject({
          kind: 'exact',
          n: values.length,
          sum_seconds: values.reduce((sum, value) => sum + value, 0),
          min_seconds: Math.min(...values),
          max_seconds: Math.max(...values),
        });
        expect(quantileOf(cell, fraction)).toBeCloseTo(percentile(values, fraction), 6);
      }),
      { seed: 412, numRuns },
    );
  });

  it('keeps the values themselves up to 1,000, and log-bins above', () => {
    expect(of(many(EXACT_N_MAX)).kind).toBe('exact');
    expect(of(many(EXACT_N_MAX + 1)).kind).toBe('sketch');
  });

  it('keeps quantiles of many values within the promise, and mean and extremes exactly', () => {
    fc.assert(
      fc.property(fc.array(seconds, { minLength: 30, maxLength: 60 }), (some) => {
        const values = Array.from({ length: 40 }, (_, times) => some.map((one) => one + times)).flat();
        const cell = of(values);
        expect(cell.kind).toBe('sketch');
        expect(cell.sum_seconds).toBe(values.reduce((sum, value) => sum + value, 0));
        expect([cell.min_seconds, cell.max_seconds]).toEqual([Math.min(...values), Math.max(...values)]);
        for (const fraction of [0, 0.25, 0.5, 0.9, 0.95, 1]) {
          const exact = percentile(values, fraction);
          expect(Math.abs(quantileOf(cell, fraction) - exact)).toBeLessThanOrEqual(
            RELATIVE_ERROR_MAX * exact + 1e-9,
          );
        }
      }),
      { seed: 412, numRuns: Math.ceil(numRuns / 4) },
    );
  });

  it('counts releases in no time as zero, and never as the smallest duration', () => {
    const cell = of(Array.from({ length: 1500 }, (_, index) => (index < 900 ? 0 : 7200)));
    expect(cell).toMatchObject({ kind: 'sketch', min_seconds: 0 });
    expect(cell.kind === 'sketch' && [...cell.bins].includes(ZERO_BIN)).toBe(true);
    expect(quantileOf(cell, 0.5)).toBe(0);
  });

  it('collects what lasts longer than twenty years, and answers the longest for it', () => {
    const longest = 2_000_000_000;
    const cell = of(Array.from({ length: 1500 }, (_, index) => (index < 1000 ? 3600 : longest)));
    expect(cell.kind === 'sketch' && [...cell.bins].includes(OVERFLOW_BIN)).toBe(true);
    expect(quantileOf(cell, 0.95)).toBe(longest);
  });
});

describe('merging cells', () => {
  it('gives what one cell of all values is, in whatever order and parts', () => {
    fc.assert(
      fc.property(few, fc.integer({ min: 1, max: 30 }), (values, size) => {
        const whole = of(values);
        const split = parts(values, size);
        expect(mergeCells(split)).toEqual(whole);
        expect(mergeCells(split.toReversed())).toEqual(whole);
      }),
      { seed: 412, numRuns },
    );
  });

  it('is exact when all parts are and hold at most 1,000 values together', () => {
    expect(mergeCells(parts(many(EXACT_N_MAX), 100))).toMatchObject({ kind: 'exact', n: EXACT_N_MAX });
    expect(mergeCells(parts(many(EXACT_N_MAX + 1), 100))).toEqual(of(many(EXACT_N_MAX + 1)));
  });

  it('is the same whether parts were exact, bins, or both', () => {
    const values = many(4200);
    const whole = of(values);
    for (const size of [1, 900, 1400, 4199]) expect(mergeCells(parts(values, size))).toEqual(whole);
  });

  it('of nothing is nothing, and of one cell that cell', () => {
    expect(mergeCells([])).toBeNull();
    expect(mergeCells([of([5, 3])])).toEqual(of([3, 5]));
  });
});

describe('counting in a cell', () => {
  it('tells how many are greater, and puts every value into one step', () => {
    fc.assert(
      fc.property(few, fc.integer({ min: 0, max: 5_000_000 }), (values, limit) => {
        const cell = of(values);
        expect(countAbove(cell, limit)).toBe(values.filter((value) => value > limit).length);
        const edges = [0, 3600, 86_400];
        expect(histogramOf(cell, edges)).toEqual([
          values.filter((value) => value < 3600).length,
          values.filter((value) => value >= 3600 && value < 86_400).length,
          values.filter((value) => value >= 86_400).length,
        ]);
      }),
      { seed: 412, numRuns },
    );
  });
});

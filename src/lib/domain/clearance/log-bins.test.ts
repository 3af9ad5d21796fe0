import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binOf, largestOfBin, OVERFLOW_BIN, RELATIVE_ERROR_MAX, secondsOfBin, ZERO_BIN } from './log-bins.ts';

const numRuns = process.env.LONG ? 20_000 : 500;
const TWENTY_YEARS_SECONDS = 20 * 366 * 86_400;
const seconds = fc.oneof(
  fc.integer({ min: 1, max: 100_000 }),
  fc.integer({ min: 1, max: TWENTY_YEARS_SECONDS }),
);

describe('a log-bin', () => {
  it('gives a duration back within the promised error', () => {
    fc.assert(
      fc.property(seconds, (value) => {
        const back = secondsOfBin(binOf(value)) ?? Number.NaN;
        expect(Math.abs(back / value - 1)).toBeLessThanOrEqual(RELATIVE_ERROR_MAX);
      }),
      { seed: 412, numRuns },
    );
  });

  it('keeps the order of durations', () => {
    fc.assert(
      fc.property(seconds, seconds, (a, b) => {
        expect(Math.sign(binOf(a) - binOf(b)) * Math.sign(a - b)).toBeGreaterThanOrEqual(0);
      }),
      { seed: 412, numRuns },
    );
  });

  it('is the same for a duration that is looked up and for its neighbour that is computed', () => {
    const looked_up_max = (1 << 18) - 1;
    expect(binOf(looked_up_max + 1) - binOf(looked_up_max)).toBeLessThanOrEqual(1);
    expect(binOf(looked_up_max + 1)).toBeGreaterThanOrEqual(binOf(looked_up_max));
  });

  it('of its own is zero, because release can take less than a second', () => {
    expect(binOf(0)).toBe(ZERO_BIN);
    expect(secondsOfBin(ZERO_BIN)).toBe(0);
    expect(binOf(1)).toBeGreaterThan(ZERO_BIN);
  });

  it('is the last one for whatever lasts longer than twenty years, and says no seconds', () => {
    expect(binOf(TWENTY_YEARS_SECONDS)).toBeLessThan(OVERFLOW_BIN);
    expect(binOf(TWENTY_YEARS_SECONDS + 1)).toBe(OVERFLOW_BIN);
    expect(binOf(2 ** 31 - 1)).toBe(OVERFLOW_BIN);
    expect(secondsOfBin(OVERFLOW_BIN)).toBeNull();
    expect(largestOfBin(OVERFLOW_BIN)).toBeNull();
  });

  it('fits into the smallest integer that the database has', () => {
    expect(OVERFLOW_BIN).toBeLessThan(2 ** 15);
  });

  it('ends with its largest duration: the next second is in a later bin', () => {
    fc.assert(
      fc.property(seconds, (value) => {
        const largest = largestOfBin(binOf(value)) ?? Number.NaN;
        expect(largest).toBeGreaterThanOrEqual(value);
        expect(binOf(largest)).toBe(binOf(value));
        expect(binOf(largest + 1)).toBeGreaterThan(binOf(value));
      }),
      { seed: 412, numRuns },
    );
  });
});

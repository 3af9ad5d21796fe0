import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OVERFLOW_BIN } from './log-bins.ts';
import { Packing, unpackAscending, unpackBins } from './packed-values.ts';

const numRuns = process.env.LONG ? 1000 : 60;
const whole = fc.oneof(
  fc.integer({ min: 0, max: 300 }),
  fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  fc.constantFrom(0, 127, 128, 16_383, 16_384, 2 ** 31 - 1),
);

describe('packed values', () => {
  it('come back as they were, through one packing after the other', () => {
    const packing = new Packing();
    fc.assert(
      fc.property(fc.array(whole, { maxLength: 2000 }), (values) => {
        const ascending = Int32Array.from(values).sort();
        expect(unpackAscending(packing.ascending(ascending))).toEqual(ascending);
      }),
      { seed: 731, numRuns },
    );
  });

  it('keep bins with their counts', () => {
    const packing = new Packing();
    const filled = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: OVERFLOW_BIN }), whole), {
      selector: ([bin]) => bin,
    });
    fc.assert(
      fc.property(filled, (some) => {
        const sorted = some.toSorted(([a], [b]) => a - b);
        const bins = Int16Array.from(sorted, ([bin]) => bin);
        const counts = Int32Array.from(sorted, ([, count]) => count);
        expect(unpackBins(packing.bins(bins, counts))).toEqual({ bins, counts });
      }),
      { seed: 732, numRuns },
    );
  });

  it('are the bytes that stand in the database, so that another version reads them', () => {
    const packing = new Packing();
    expect([...packing.ascending(Int32Array.of(0, 3, 131, 20_000))]).toEqual([0, 3, 128, 1, 157, 155, 1]);
    expect([...packing.bins(Int16Array.of(0, 700), Int32Array.of(2, 300))]).toEqual([0, 2, 188, 5, 172, 2]);
  });
});

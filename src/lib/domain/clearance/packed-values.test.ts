import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OVERFLOW_BIN } from './log-bins.ts';
import { Packing, Unpacking } from './packed-values.ts';

const numRuns = process.env.LONG ? 1000 : 60;
const whole = fc.oneof(
  fc.integer({ min: 0, max: 300 }),
  fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  fc.constantFrom(0, 127, 128, 16_383, 16_384, 2 ** 31 - 1),
);

describe('packed values', () => {
  it('come back as they were, through one packing after the other', () => {
    const [packing, unpacking] = [new Packing(), new Unpacking()];
    fc.assert(
      fc.property(fc.array(whole, { maxLength: 2000 }), (values) => {
        const ascending = Int32Array.from(values).sort();
        expect(unpacking.ascending(packing.ascending(ascending))).toEqual(ascending);
      }),
      { seed: 731, numRuns },
    );
  });

  it('keep bins with their counts', () => {
    const [packing, unpacking] = [new Packing(), new Unpacking()];
    const filled = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: OVERFLOW_BIN }), whole), {
      selector: ([bin]) => bin,
    });
    fc.assert(
      fc.property(filled, (some) => {
        const sorted = some.toSorted(([a], [b]) => a - b);
        const bins = Int16Array.from(sorted, ([bin]) => bin);
        const counts = Int32Array.from(sorted, ([, count]) => count);
        expect(unpacking.bins(packing.bins(bins, counts))).toEqual({ bins, counts });
      }),
      { seed: 732, numRuns },
    );
  });

  it('stay as they were while others are unpacked', () => {
    const [packing, unpacking] = [new Packing(), new Unpacking()];
    const unpacked = Array.from({ length: 300 }, (_, index) => {
      const values = Int32Array.from({ length: 700 }, (_, at) => index + at);
      return unpacking.ascending(packing.ascending(values));
    });
    for (const [index, values] of unpacked.entries())
      expect(values).toEqual(Int32Array.from({ length: 700 }, (_, at) => index + at));
  });

  it('are the bytes that stand in the database, so that another version reads them', () => {
    const packing = new Packing();
    expect([...packing.ascending(Int32Array.of(0, 3, 131, 20_000))]).toEqual([0, 3, 128, 1, 157, 155, 1]);
    expect([...packing.bins(Int16Array.of(0, 700), Int32Array.of(2, 300))]).toEqual([0, 2, 188, 5, 172, 2]);
  });
});

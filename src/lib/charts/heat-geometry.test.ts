import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heatBounds, heatStep } from './heat-geometry.ts';
import { HEAT_STEPS } from './heat-style.ts';

const numRuns = process.env.LONG ? 5000 : 100;

describe('heatStep', () => {
  it('is the middle around the centre, teal below and brown above', () => {
    expect([4, 7, 10, 11.05, 12, 14, 18].map((hours) => heatStep(hours, 11.05))).toEqual([
      -3, -2, -1, 0, 1, 2, 3,
    ]);
  });

  it('changes at the bounds that the legend names, and grows with the hours', () => {
    expect(heatBounds(10)).toEqual([6, 8, 9.5, 10.5, 12, 14]);
    heatBounds(10).forEach((bound, index) => {
      expect(heatStep(bound - 0.01, 10)).toBe(HEAT_STEPS[index]);
      expect(heatStep(bound + 0.01, 10)).toBe(HEAT_STEPS[index + 1]);
    });
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 100, noNaN: true }),
        fc.double({ min: 0, max: 100, noNaN: true }),
        (a, b) => {
          expect(heatStep(Math.min(a, b), 11.05)).toBeLessThanOrEqual(heatStep(Math.max(a, b), 11.05));
        },
      ),
      { seed: 412, numRuns },
    );
  });
});

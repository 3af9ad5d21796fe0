import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bandPath, fromTop, hoursAxis, linePath, runs, slotMiddle, spreadLabels } from './geometry.ts';

const numRuns = process.env.LONG ? 5000 : 100;

describe('hoursAxis', () => {
  it('starts at zero and ends at or above the greatest value, in steps that divide a day', () => {
    expect(hoursAxis(11.33)).toEqual({ top: 12, ticks: [0, 3, 6, 9, 12] });
    expect(hoursAxis(15.2)).toEqual({ top: 16, ticks: [0, 4, 8, 12, 16] });
    expect(hoursAxis(0.02)).toEqual({ top: 0.25, ticks: [0, 0.25] });
  });

  it('never draws more than four lines above zero', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), (max) => {
        const { top, ticks } = hoursAxis(max);
        expect(top).toBeGreaterThanOrEqual(max);
        expect(ticks.length).toBeLessThanOrEqual(5);
        expect(ticks.at(-1)).toBe(top);
      }),
      { seed: 412, numRuns },
    );
  });
});

describe('positions', () => {
  it('counts y from above and x to the middle of a slot', () => {
    expect([fromTop(0, 16), fromTop(16, 16), fromTop(4, 16)]).toEqual([100, 0, 75]);
    expect([slotMiddle(0, 4), slotMiddle(3, 4)]).toEqual([12.5, 87.5]);
  });
});

describe('linePath', () => {
  it('breaks at a gap instead of bridging it', () => {
    const path = linePath([{ x: 0, y: 10 }, { x: 10, y: 20 }, null, { x: 30, y: 5 }, { x: 40, y: 6 }]);
    expect(path).toBe('M0,10L10,20M30,5L40,6');
  });

  it('is empty without a point', () => {
    expect(linePath([null, null])).toBe('');
  });
});

describe('bandPath', () => {
  it('closes one shape for each unbroken run', () => {
    const at = (x: number) => ({ x, y_low: 60, y_high: 40 });
    expect(bandPath([at(0), at(10), null, at(20), at(30)]).match(/Z/g)).toHaveLength(2);
  });
});

describe('runs', () => {
  it('finds each unbroken run', () => {
    expect(runs([false, true, true, false, true])).toEqual([
      { first: 1, last: 2 },
      { first: 4, last: 4 },
    ]);
  });
});

describe('spreadLabels', () => {
  it('leaves labels alone that do not touch', () => {
    expect(spreadLabels([80, 10, 40], 12)).toEqual([80, 10, 40]);
  });

  it('moves touching labels apart around the place they want', () => {
    expect(spreadLabels([30, 32], 12)).toEqual([25, 37]);
  });

  it('makes room at the edge before the next label is placed', () => {
    expect(spreadLabels([0, 0, 18], 12)).toEqual([0, 12, 24]);
    expect(spreadLabels([100, 100, 82], 12)).toEqual([88, 100, 76]);
  });

  it('keeps order, distance and bounds for any input', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { maxLength: 4 }), (wanted) => {
        const placed = spreadLabels(wanted, 12);
        const sorted = [...placed].sort((a, b) => a - b);
        sorted.slice(1).forEach((at, index) => expect(at - (sorted[index] ?? 0)).toBeGreaterThan(11.97));
        placed.forEach((at) => expect(at >= 0 && at <= 100).toBe(true));
      }),
      { seed: 412, numRuns },
    );
  });
});

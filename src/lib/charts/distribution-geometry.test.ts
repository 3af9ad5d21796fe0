import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layoutDistribution } from './distribution-geometry.ts';

const numRuns = process.env.LONG ? 5000 : 100;
const counts = (...first: number[]) => [...first, ...Array<number>(25 - first.length).fill(0)];
const of = (given: number[], p50_hours = 2.5, p90_hours = 9) => ({
  channel: 'green' as const,
  p50_hours,
  p90_hours,
  counts: given,
});
const layout = (...channels: ReturnType<typeof of>[]) =>
  layoutDistribution({ step_hours: 1, top_hours: 24, channels });

describe('layoutDistribution', () => {
  it('draws nothing without records', () => {
    expect(layout()).toBeNull();
  });

  it('gives the last step a width of its own and no end', () => {
    const drawn = layout(of(counts(0, 1)));
    expect(drawn?.bins).toHaveLength(25);
    expect(drawn?.bins.at(-1)).toMatchObject({ left: 96, width: 4, from_hours: 24, to_hours: null });
    expect(drawn?.steps.at(-1)).toMatchObject({ hours: 24, is_beyond: true, x: 98 });
    expect(drawn?.steps.map(({ hours }) => hours)).toEqual([0, 4, 8, 12, 16, 20, 24]);
  });

  it('draws steps and no curves, from zero and back to it', () => {
    const path = layout(of(counts(1, 3)))?.channels[0]?.path ?? '';
    expect(path.startsWith('M0,')).toBe(true);
    expect(path).toContain('100,100');
    expect(path).not.toMatch(/[CQSA]/);
  });

  it('shares each channel by its own records', () => {
    const drawn = layout(of(counts(1, 1)), { ...of(counts(0, 0, 50, 50)) });
    expect(drawn?.bins[0]?.values).toEqual([
      { n: 1, share: 0.5 },
      { n: 0, share: 0 },
    ]);
    expect(drawn?.bins[2]?.values[1]).toEqual({ n: 50, share: 0.5 });
    expect(drawn?.ticks.at(-1)).toEqual({ share: 0.6, y: 0 });
  });

  it('marks median and p90 where they lie, and in the last step what lies beyond', () => {
    const drawn = layout(of(counts(1), 6, 40));
    expect(drawn?.channels[0]?.median).toEqual({ x: 24, hours: 6 });
    expect(drawn?.channels[0]?.p90).toEqual({ x: 98, hours: 40 });
  });

  it('names a channel at the left of a median that leaves no room at its right', () => {
    expect(layout(of(counts(1), 6))?.channels[0]?.label.is_left).toBe(false);
    expect(layout(of(counts(1), 18))?.channels[0]?.label.is_left).toBe(true);
  });

  it('never draws more than four lines above zero, nor a step above the highest', () => {
    const any = fc.array(fc.nat(1000), { minLength: 25, maxLength: 25 });
    fc.assert(
      fc.property(any, (given) => {
        const drawn = layout(of(given));
        expect(drawn?.ticks.length).toBeLessThanOrEqual(5);
        const top = drawn?.ticks.at(-1)?.share ?? 0;
        const highest = Math.max(
          ...(drawn?.bins.flatMap(({ values }) => values.map(({ share }) => share)) ?? []),
        );
        expect(top).toBeGreaterThanOrEqual(highest - 1e-9);
      }),
      { seed: 412, numRuns },
    );
  });
});

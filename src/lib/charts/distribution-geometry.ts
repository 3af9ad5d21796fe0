import { area, curveStepAfter } from 'd3';
import type { Channel } from '#lib/domain/clearance/measure.ts';

export type DistributionInput = {
  step_hours: number;
  /** The last count is of everything from here on. */
  top_hours: number;
  channels: readonly {
    channel: Channel | null;
    p50_hours: number;
    p90_hours: number;
    counts: readonly number[];
  }[];
};

/** Hours in steps, ready to draw: places in per cent of the plot; shares of 1, hours and counts as they are. */
export type DistributionLayout = {
  ticks: { share: number; y: number }[];
  /** `is_beyond` names the last step, which has no end. */
  steps: { x: number; hours: number; is_beyond: boolean }[];
  channels: {
    channel: Channel | null;
    path: string;
    median: { x: number; hours: number };
    p90: { x: number; hours: number };
    /** Where its name stands; to the left of the median where there is no room at its right. */
    label: { x: number; y: number; is_left: boolean };
  }[];
  bins: {
    left: number;
    width: number;
    from_hours: number;
    /** Null for the last one. */
    to_hours: number | null;
    values: { n: number; share: number }[];
  }[];
};

/** Steps of shares that give at most four lines above zero. */
const SHARE_STEPS = [0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25];
const LINES_MAX = 4;
/** Hours are named at every sixth of the axis. */
const NAMED = 6;
/** Room for the names above the highest step, and between them, in per cent of the plot. */
const LABEL_Y = 2;
const LABEL_GAP = 9;
const LABEL_TURNS_AT = 62;

/** Null without a record. */
export function layoutDistribution(input: DistributionInput): DistributionLayout | null {
  const { step_hours, top_hours, channels } = input;
  const bins = channels[0]?.counts.length ?? 0;
  if (bins === 0) return null;
  const shares = channels.map(({ counts }) => {
    const n = counts.reduce((sum, count) => sum + count, 0);
    return counts.map((count) => (n === 0 ? 0 : count / n));
  });
  const axis = shareAxis(Math.max(...shares.flat()));
  const y = (share: number) => round(100 - (share / axis.top) * 100);
  const edge = (index: number) => round((index / bins) * 100);
  // What lies beyond the axis is marked in the middle of the last step.
  const x = (hours: number) =>
    hours >= top_hours ? round(((bins - 0.5) / bins) * 100) : round((hours / step_hours / bins) * 100);
  return {
    ticks: axis.ticks.map((share) => ({ share, y: y(share) })),
    steps: Array.from({ length: NAMED + 1 }, (_, index) => ({
      x: index === NAMED ? round(((bins - 0.5) / bins) * 100) : x((index * top_hours) / NAMED),
      hours: (index * top_hours) / NAMED,
      is_beyond: index === NAMED,
    })),
    channels: channels.map(({ channel, p50_hours, p90_hours }, index) => ({
      channel,
      path: stepPath(shares[index] ?? [], { edge, y }),
      median: { x: x(p50_hours), hours: p50_hours },
      p90: { x: x(p90_hours), hours: p90_hours },
      label: { x: x(p50_hours), y: LABEL_Y + index * LABEL_GAP, is_left: x(p50_hours) > LABEL_TURNS_AT },
    })),
    bins: Array.from({ length: bins }, (_, index) => ({
      left: edge(index),
      width: round(100 / bins),
      from_hours: index * step_hours,
      to_hours: index === bins - 1 ? null : (index + 1) * step_hours,
      values: channels.map(({ counts }, place) => ({
        n: counts[index] ?? 0,
        share: shares[place]?.[index] ?? 0,
      })),
    })),
  };
}

function stepPath(
  shares: readonly number[],
  { edge, y }: { edge: (index: number) => number; y: (share: number) => number },
): string {
  // A step reaches to the next edge, so that the last share is drawn once more at the right end.
  const drawn = [...shares, shares.at(-1) ?? 0];
  return (
    area<number>()
      .curve(curveStepAfter)
      .x((_, index) => edge(index))
      .y0(100)
      .y1((share) => y(share))
      .digits(2)(drawn) ?? ''
  );
}

function shareAxis(max: number): { top: number; ticks: number[] } {
  const step = SHARE_STEPS.find((one) => Math.ceil(max / one) <= LINES_MAX) ?? SHARE_STEPS.at(-1) ?? 1;
  const lines = Math.max(1, Math.ceil(max / step));
  return { top: step * lines, ticks: Array.from({ length: lines + 1 }, (_, index) => index * step) };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

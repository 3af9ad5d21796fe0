import { area, line } from 'd3';

/**
 * The arithmetic of charts, without a DOM. Positions are per cent of the plot, x from its left and y from its
 * top, because a plot is drawn once, on the server, and is as wide as the page lets it be: strokes keep their
 * width (`vector-effect`), and text and marks are placed by these numbers and never scaled.
 */
export type Point = { x: number; y: number };
export type Span = { low: number; high: number };

/** At most this many lines above zero: more is a grid to look at instead of a line to read. */
const GRID_LINES_MAX = 4;
/** Steps that hours divide into naturally. */
const HOUR_STEPS = [
  0.25, 0.5, 1, 2, 3, 4, 5, 6, 8, 10, 12, 24, 48, 72, 96, 120, 168, 240, 336, 480, 720, 1440,
];

/** An axis from zero to at least `max` hours: its top and its ticks, zero included. */
export function hoursAxis(max: number): { top: number; ticks: number[] } {
  const fits = HOUR_STEPS.find((step) => Math.ceil(max / step) <= GRID_LINES_MAX);
  const step = fits ?? Math.ceil(max / GRID_LINES_MAX);
  const lines = Math.max(1, Math.ceil(max / step));
  return { top: step * lines, ticks: Array.from({ length: lines + 1 }, (_, index) => index * step) };
}

/** Where `value` stands on an axis from zero to `top`, in per cent from above. */
export function fromTop(value: number, top: number): number {
  return round(100 - (value / top) * 100);
}

/** The middle of slot `index` of `count` equal slots, in per cent from the left. */
export function slotMiddle(index: number, count: number): number {
  return round(((index + 0.5) / count) * 100);
}

/** A line that breaks at every null: a gap is a gap, never a zero and never a bridge. */
export function linePath(points: readonly (Point | null)[]): string {
  return (
    line<Point | null>()
      .defined((point) => point !== null)
      .x((point) => point?.x ?? 0)
      .y((point) => point?.y ?? 0)
      .digits(2)([...points]) ?? ''
  );
}

/** A band between two heights that breaks at every null. */
export function bandPath(points: readonly ({ x: number; y_low: number; y_high: number } | null)[]): string {
  return (
    area<{ x: number; y_low: number; y_high: number } | null>()
      .defined((point) => point !== null)
      .x((point) => point?.x ?? 0)
      .y0((point) => point?.y_low ?? 0)
      .y1((point) => point?.y_high ?? 0)
      .digits(2)([...points]) ?? ''
  );
}

/** Runs of `true`, as first and last index. */
export function runs(flags: readonly boolean[]): { first: number; last: number }[] {
  const found: { first: number; last: number }[] = [];
  flags.forEach((flag, index) => {
    const open = found.at(-1);
    if (!flag) return;
    if (open?.last === index - 1) open.last = index;
    else found.push({ first: index, last: index });
  });
  return found;
}

/**
 * Moves labels apart until none is nearer than `gap` to the next, each as little as possible, and keeps them
 * between 0 and 100. Input order is kept in the output.
 */
export function spreadLabels(wanted: readonly number[], gap: number): number[] {
  const order = wanted.map((at, index) => ({ at, index })).sort((a, b) => a.at - b.at);
  // Neighbours that would touch become one block, set around the mean of what its members want and within the
  // bounds: a block that were moved inwards later could touch the next one again.
  const blocks: { members: typeof order; start: number }[] = [];
  for (const label of order) {
    let block = { members: [label], start: held([label.at], gap) };
    let before = blocks.at(-1);
    while (before && before.start + before.members.length * gap > block.start) {
      const members = [...before.members, ...block.members];
      block = {
        members,
        start: held(
          members.map(({ at }) => at),
          gap,
        ),
      };
      blocks.pop();
      before = blocks.at(-1);
    }
    blocks.push(block);
  }
  const placed = blocks.flatMap(({ members, start }) =>
    members.map(({ index }, place) => ({ index, at: round(start + place * gap) })),
  );
  return placed.sort((a, b) => a.index - b.index).map(({ at }) => at);
}

/** Where a block begins whose members want to be here, as far as it fits. */
function held(wanted: readonly number[], gap: number): number {
  const start = mean(wanted.map((at, place) => at - place * gap));
  return Math.max(0, Math.min(start, 100 - (wanted.length - 1) * gap));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

import { binOf, OVERFLOW_BIN, secondsOfBin } from './log-bins.ts';
import { EXACT_N_MAX } from './measure.ts';

/**
 * The durations of one slice in whole seconds: count, sum and extremes are always exact; the values
 * themselves are kept up to `EXACT_N_MAX`, above that only how many lie in each log-bin.
 */
export type Cell = {
  n: number;
  sum_seconds: number;
  min_seconds: number;
  max_seconds: number;
} & Distribution;

export type Distribution =
  { kind: 'exact'; seconds: Int32Array } | { kind: 'sketch'; bins: Int16Array; counts: Int32Array };

/** A cell of these values; sorts them in place when they are few. There is no cell of nothing. */
export function cellOf(seconds: Int32Array): Cell {
  return seconds.length <= EXACT_N_MAX ? exactCell(seconds) : countedCell([seconds]);
}

/** The cell of all these values together; null for none. */
export function cellOfParts(parts: readonly Int32Array[]): Cell | null {
  let n = 0;
  for (const part of parts) n += part.length;
  if (n === 0) return null;
  if (n > EXACT_N_MAX) return countedCell(parts);
  const seconds = new Int32Array(n);
  let at = 0;
  for (const part of parts) {
    seconds.set(part, at);
    at += part.length;
  }
  return exactCell(seconds);
}

function exactCell(seconds: Int32Array): Cell {
  const n = seconds.length;
  seconds.sort();
  const sum_seconds = seconds.reduce((sum, value) => sum + value, 0);
  const [min_seconds = 0, max_seconds = 0] = [seconds[0], seconds[n - 1]];
  return { n, sum_seconds, min_seconds, max_seconds, kind: 'exact', seconds };
}

/** How many values lie in each bin while a cell is counted, and nothing in between: of each its own is garbage. */
const TOTAL = new Int32Array(OVERFLOW_BIN + 1);

function countedCell(parts: readonly Int32Array[]): Cell {
  let n = 0;
  let sum_seconds = 0;
  let min_seconds = Infinity;
  let max_seconds = 0;
  for (const part of parts) {
    n += part.length;
    // Tens of millions of values go through here in an import: counted by index it takes a fifth of the time.
    for (let index = 0; index < part.length; index += 1) {
      const value = part[index] ?? 0;
      sum_seconds += value;
      if (value < min_seconds) min_seconds = value;
      if (value > max_seconds) max_seconds = value;
      const bin = binOf(value);
      TOTAL[bin] = (TOTAL[bin] ?? 0) + 1;
    }
  }
  return { n, sum_seconds, min_seconds, max_seconds, ...takeBins() };
}

/** The bins that something was counted in; empties them. */
function takeBins(): Distribution {
  let filled = 0;
  for (let bin = 0; bin < TOTAL.length; bin += 1) filled += Number(TOTAL[bin] !== 0);
  const bins = new Int16Array(filled);
  const counts = new Int32Array(filled);
  let at = 0;
  for (let bin = 0; bin < TOTAL.length; bin += 1) {
    const count = TOTAL[bin] ?? 0;
    if (count === 0) continue;
    bins[at] = bin;
    counts[at] = count;
    at += 1;
  }
  TOTAL.fill(0);
  return { kind: 'sketch', bins, counts };
}

/**
 * One cell out of several, the same in any order: exact when all are and together they hold at most
 * `EXACT_N_MAX` values. Null for an empty list.
 */
export function mergeCells(cells: readonly Cell[]): Cell | null {
  const [first, ...others] = cells;
  if (!first) return null;
  if (others.length === 0) return first;
  let n = 0;
  let sum_seconds = 0;
  let min_seconds = first.min_seconds;
  let max_seconds = first.max_seconds;
  let is_exact = true;
  for (const cell of cells) {
    n += cell.n;
    sum_seconds += cell.sum_seconds;
    min_seconds = Math.min(min_seconds, cell.min_seconds);
    max_seconds = Math.max(max_seconds, cell.max_seconds);
    is_exact &&= cell.kind === 'exact';
  }
  const base = { n, sum_seconds, min_seconds, max_seconds };
  return is_exact && n <= EXACT_N_MAX ? { ...base, ...joinValues(cells, n) } : { ...base, ...addBins(cells) };
}

function joinValues(cells: readonly Cell[], n: number): Distribution {
  const seconds = new Int32Array(n);
  let at = 0;
  for (const cell of cells)
    if (cell.kind === 'exact') {
      seconds.set(cell.seconds, at);
      at += cell.seconds.length;
    }
  return { kind: 'exact', seconds: seconds.sort() };
}

/** Counted by index, because a dashboard adds up millions of bins and iterators take five times as long. */
function addBins(cells: readonly Cell[]): Distribution {
  for (const cell of cells) {
    if (cell.kind === 'exact')
      for (let index = 0; index < cell.seconds.length; index += 1) {
        const bin = binOf(cell.seconds[index] ?? 0);
        TOTAL[bin] = (TOTAL[bin] ?? 0) + 1;
      }
    else
      for (let index = 0; index < cell.bins.length; index += 1) {
        const bin = cell.bins[index] ?? 0;
        TOTAL[bin] = (TOTAL[bin] ?? 0) + (cell.counts[index] ?? 0);
      }
  }
  return takeBins();
}

/** What a point of a line or of a map shows of its cell: kept beside it, so that its values need not be read. */
export const READY_FRACTIONS = [0.1, 0.5, 0.9] as const;

/**
 * The quantile in seconds by linear interpolation between the two nearest ranks, as `percentile_cont` does:
 * exact for an exact cell, within `RELATIVE_ERROR_MAX` for a sketch.
 */
export function quantileOf(cell: Cell, fraction: number): number {
  const rank = fraction * (cell.n - 1);
  const low = valueAt(cell, Math.floor(rank));
  const high = valueAt(cell, Math.ceil(rank));
  return low + (high - low) * (rank - Math.floor(rank));
}

/** The value at a rank from 0, never outside the extremes, which are exact. */
function valueAt(cell: Cell, rank: number): number {
  if (cell.kind === 'exact') return cell.seconds[rank] ?? cell.max_seconds;
  if (rank === 0) return cell.min_seconds;
  if (rank === cell.n - 1) return cell.max_seconds;
  let seen = 0;
  for (let index = 0; index < cell.bins.length; index += 1) {
    seen += cell.counts[index] ?? 0;
    if (seen > rank) {
      const seconds = secondsOfBin(cell.bins[index] ?? 0) ?? cell.max_seconds;
      return Math.min(Math.max(seconds, cell.min_seconds), cell.max_seconds);
    }
  }
  return cell.max_seconds;
}

/** How many values are greater; of a sketch exact where `seconds` is the largest of its bin. */
export function countAbove(cell: Cell, seconds: number): number {
  if (cell.kind === 'exact') return cell.seconds.reduce((count, value) => count + Number(value > seconds), 0);
  const bin = binOf(seconds);
  return cell.bins.reduce((count, one, index) => count + (one > bin ? (cell.counts[index] ?? 0) : 0), 0);
}

/** Steps of a histogram: how many values lie in [edge, next edge) seconds; the last step takes the rest. */
export function histogramOf(cell: Cell, edges_seconds: readonly number[]): number[] {
  const steps = edges_seconds.map(() => 0);
  let step = 0;
  // Values come in ascending order, hence a step is never gone back to.
  const put = (value: number, count: number) => {
    while (step + 1 < edges_seconds.length && value >= (edges_seconds[step + 1] ?? 0)) step += 1;
    steps[step] = (steps[step] ?? 0) + count;
  };
  if (cell.kind === 'exact') for (const value of cell.seconds) put(value, 1);
  else
    for (let index = 0; index < cell.bins.length; index += 1)
      put(secondsOfBin(cell.bins[index] ?? 0) ?? cell.max_seconds, cell.counts[index] ?? 0);
  return steps;
}

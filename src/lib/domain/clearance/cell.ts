import { binOf, secondsOfBin } from './log-bins.ts';
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

/** A cell of these values; sorts them in place. There is no cell of nothing. */
export function cellOf(seconds: Int32Array): Cell {
  seconds.sort();
  let sum_seconds = 0;
  for (const value of seconds) sum_seconds += value;
  const base = {
    n: seconds.length,
    sum_seconds,
    min_seconds: seconds[0] ?? 0,
    max_seconds: seconds.at(-1) ?? 0,
  };
  if (seconds.length <= EXACT_N_MAX) return { ...base, kind: 'exact', seconds };
  const bins: number[] = [];
  const counts: number[] = [];
  // Sorted values come bin by bin.
  for (const value of seconds) {
    const bin = binOf(value);
    if (bins.at(-1) === bin) counts[counts.length - 1] = (counts.at(-1) ?? 0) + 1;
    else {
      bins.push(bin);
      counts.push(1);
    }
  }
  return { ...base, kind: 'sketch', bins: Int16Array.from(bins), counts: Int32Array.from(counts) };
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

function addBins(cells: readonly Cell[]): Distribution {
  const total = new Map<number, number>();
  const add = (bin: number, count: number) => total.set(bin, (total.get(bin) ?? 0) + count);
  for (const cell of cells) {
    if (cell.kind === 'exact') for (const value of cell.seconds) add(binOf(value), 1);
    else cell.bins.forEach((bin, index) => add(bin, cell.counts[index] ?? 0));
  }
  const sorted = [...total].sort(([a], [b]) => a - b);
  return {
    kind: 'sketch',
    bins: Int16Array.from(sorted, ([bin]) => bin),
    counts: Int32Array.from(sorted, ([, count]) => count),
  };
}

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
  let seen = 0;
  for (const [index, bin] of cell.bins.entries()) {
    seen += cell.counts[index] ?? 0;
    if (seen > rank) {
      const seconds = secondsOfBin(bin) ?? cell.max_seconds;
      return Math.min(Math.max(seconds, cell.min_seconds), cell.max_seconds);
    }
  }
  return cell.max_seconds;
}

/** Steps of a histogram: how many values lie in [edge, next edge) seconds; the last step takes the rest. */
export function histogramOf(cell: Cell, edges_seconds: readonly number[]): number[] {
  const steps = edges_seconds.map(() => 0);
  const put = (value: number, count: number) => {
    let step = edges_seconds.length - 1;
    while (step > 0 && value < (edges_seconds[step] ?? 0)) step -= 1;
    steps[step] = (steps[step] ?? 0) + count;
  };
  if (cell.kind === 'exact') for (const value of cell.seconds) put(value, 1);
  else cell.bins.forEach((bin, index) => put(secondsOfBin(bin) ?? cell.max_seconds, cell.counts[index] ?? 0));
  return steps;
}

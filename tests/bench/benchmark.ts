import type { BenchServer } from './bench-server.ts';
import type { LoadedFirm } from './loaded-firm.ts';

/** A ratio of ours to the peer, and on which side of the budget it has to be. */
export type Budget = { at_most: number } | { at_least: number };

/** One line of the table. Ours and the peer's number are written out, with their unit. */
export type Line = {
  id: string;
  ours: string;
  peer: string;
  ratio: number;
  budget: Budget;
  /** What else was seen: memory, other ratios, what could not be measured. */
  notes?: readonly string[];
};

/** What a benchmark is run with. */
export type Bench = {
  /** Clearance records of the large file; others choose with `size`. */
  records: number;
  /** Interleaved pairs of ours and the peer's. */
  pairs: number;
  /** The full size, or the small one of `--quick`. */
  size: (full: number, quick: number) => number;
  /** A folder that is removed at the end. */
  folder: string;
  /** A PostgreSQL of its own with the settings of `npm start`, started when first asked for. */
  server: () => Promise<BenchServer>;
  /** A firm with this many records, loaded once for all that ask for as many. */
  loaded: (records: number) => Promise<LoadedFirm>;
  /** Progress, on stderr. */
  say: (sentence: string) => void;
};

export type Benchmark = { run: (bench: Bench) => Promise<Line[]> };

/**
 * Runs ours and the peer's turn by turn, which of them begins changing with every pair, so that whatever
 * else the machine does meets both alike. Returns what each measured, in order.
 */
export async function interleave(
  pairs: number,
  sides: { ours: (pair: number) => Promise<number>; peer: (pair: number) => Promise<number> },
): Promise<{ ours: number[]; peer: number[] }> {
  const measured = { ours: Array<number>(), peer: Array<number>() };
  for (let pair = 0; pair < pairs; pair += 1)
    for (const side of pair % 2 === 0 ? (['ours', 'peer'] as const) : (['peer', 'ours'] as const))
      measured[side].push(await sides[side](pair));
  return measured;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** The value below which this share of the values lies, by the nearest rank. */
export function percentile(values: readonly number[], fraction: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(fraction * sorted.length) - 1)] ?? NaN;
}

/** Seconds that `work` takes. */
export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const since = performance.now();
  await work();
  return (performance.now() - since) / 1000;
}

export function isMet(ratio: number, budget: Budget): boolean {
  return 'at_most' in budget ? ratio <= budget.at_most : ratio >= budget.at_least;
}

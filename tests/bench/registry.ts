import type { Benchmark } from './benchmark.ts';

/**
 * Every benchmark by its id, in the order they run: those that want an untouched database come first. A new
 * one is a file beside this one and a line here.
 */
export const BENCHMARKS: readonly { id: string; load: () => Promise<Benchmark> }[] = [
  { id: 'A1', load: async () => (await import('./a1-import.ts')).importing },
];

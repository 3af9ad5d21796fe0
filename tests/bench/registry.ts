import type { Benchmark } from './benchmark.ts';

/**
 * Every benchmark by its id, in the order they run: those that want an untouched database come first. A new
 * one is a file beside this one and a line here.
 */
export const BENCHMARKS: readonly { id: string; load: () => Promise<Benchmark> }[] = [
  { id: 'A1', load: async () => (await import('./a1-import.ts')).importing },
  { id: 'A2', load: async () => (await import('./a2-dashboard.ts')).dashboard },
  { id: 'A3', load: async () => (await import('./a3-growth.ts')).growth },
  { id: 'A4', load: async () => (await import('./a4-error.ts')).quantileError },
  { id: 'B1', load: async () => (await import('./b1-polling.ts')).polling },
  { id: 'B2', load: async () => (await import('./b2-dead-hosts.ts')).deadHosts },
  { id: 'B3', load: async () => (await import('./b3-matching.ts')).matching },
  { id: 'C1', load: async () => (await import('./c1-deliveries.ts')).deliveries },
  { id: 'C2', load: async () => (await import('./c2-publish.ts')).publishing },
  { id: 'C3', load: async () => (await import('./c3-mails.ts')).mails },
  { id: 'C4', load: async () => (await import('./c4-streams.ts')).streams },
  { id: 'D1', load: async () => (await import('./d1-decisions.ts')).decisions },
  { id: 'D2', load: async () => (await import('./d2-stream.ts')).decisionStream },
  { id: 'E1', load: async () => (await import('./e1-overview.ts')).overviewPage },
  { id: 'E2', load: async () => (await import('./e2-javascript.ts')).javascript },
  { id: 'E3', load: async () => (await import('./e3-policies.ts')).policies },
];

import type { Gauge } from './metrics.ts';

/** The gauges of all nouns: each exports its own list, and this is where /metrics finds them. */
export const GAUGES: readonly Gauge[] = [];

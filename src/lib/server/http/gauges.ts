import { WATCH_GAUGES } from '#lib/server/watch/gauges.ts';
import type { Gauge } from './metrics.ts';

/** The gauges of all nouns: each exports its own list, and this is where /metrics finds them. */
export const GAUGES: readonly Gauge[] = [...WATCH_GAUGES];

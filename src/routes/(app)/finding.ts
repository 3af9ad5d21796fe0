import type { HoursSummary } from '#lib/domain/clearance/overview.ts';

/** What the hours of a period say, before any words. */
export type Finding =
  | { kind: 'nothing' }
  | { kind: 'few' | 'not_compared' | 'same'; hours: number; n: number }
  | { kind: 'faster' | 'slower'; hours: number; n: number; percent: number };

/** A difference that rounds to less than this is no difference to speak of. */
const SPEAKABLE_PERCENT = 1;

/** The finding of a period. Too few records, or a baseline that measures something else, are never compared. */
export function findingOf(total: HoursSummary | null): Finding {
  if (!total || total.n === 0) return { kind: 'nothing' };
  const said = { hours: total.mean_hours, n: total.n };
  if (total.is_small_n) return { kind: 'few', ...said };
  if (total.faster_percent === null) return { kind: 'not_compared', ...said };
  const percent = Math.abs(total.faster_percent);
  if (percent < SPEAKABLE_PERCENT) return { kind: 'same', ...said };
  return { kind: total.faster_percent > 0 ? 'faster' : 'slower', ...said, percent };
}

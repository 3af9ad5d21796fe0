import type { HoursSummary } from '#lib/domain/clearance/overview.ts';

/** What the hours of a period say, before any words. */
export type Finding =
  | { kind: 'nothing' }
  | { kind: 'few' | 'not_compared' | 'same'; hours: number; n: number }
  | { kind: 'faster' | 'slower'; hours: number; n: number; percent: number };

/** A difference that rounds to less than this is no difference to speak of. */
const SPEAKABLE_PERCENT = 1;

/** Whether the hours lie where the derived baseline itself may lie: beside it they are neither more nor less. */
function isWithinRounding({ mean_hours, baseline }: HoursSummary): boolean {
  const { hours_low = null, hours_high = null } = baseline ?? {};
  return hours_low !== null && hours_high !== null && mean_hours >= hours_low && mean_hours <= hours_high;
}

/** The finding of a period. Too few records, or a baseline that measures something else, are never compared. */
export function findingOf(total: HoursSummary | null): Finding {
  if (!total || total.n === 0) return { kind: 'nothing' };
  const said = { hours: total.mean_hours, n: total.n };
  if (total.is_small_n) return { kind: 'few', ...said };
  if (total.faster_percent === null) return { kind: 'not_compared', ...said };
  const percent = Math.abs(total.faster_percent);
  if (percent < SPEAKABLE_PERCENT || isWithinRounding(total)) return { kind: 'same', ...said };
  return { kind: total.faster_percent > 0 ? 'faster' : 'slower', ...said, percent };
}

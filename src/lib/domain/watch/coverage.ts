/** What is known of the time in which a source was watched: intervals of the ledger, oldest first. */
export type WatchedInterval = {
  outcome: WatchOutcome;
  from_at: Date;
  to_at: Date;
  checks: number;
  /** Whether it began later than the check before it had promised; null where nobody kept that. */
  is_late: boolean | null;
};
export type WatchOutcome = 'watched' | 'changed_layout' | 'blocked' | 'failing' | 'paused' | 'imported';

export type CoverageGap = {
  from_at: Date;
  to_at: Date;
  /** `not_watched`: nobody looked, because the program did not run or the source was not there yet. */
  reason: Exclude<WatchOutcome, 'watched' | 'imported'> | 'not_watched';
};

export type Coverage = {
  from_at: Date;
  to_at: Date;
  watched_seconds: number;
  /** Of the whole time, from 0 to 1. */
  share: number;
  gaps: CoverageGap[];
  /** When a person brought a page in, which says what stood there at that moment. */
  imports: Date[];
};

/**
 * "Watched from T1 to T2 with these gaps". Between two checks a source counts as watched where the later one came
 * when it was promised; where nobody kept that, while they lie no further apart than `bridge_minutes`. After the last
 * one it does until `promised_until`. Everything else is a gap with its reason.
 */
export function coverageOf(
  intervals: readonly WatchedInterval[],
  {
    from_at,
    to_at,
    bridge_minutes,
    promised_until,
  }: { from_at: Date; to_at: Date; bridge_minutes: number; promised_until: Date | null },
): Coverage {
  const bridge_ms = bridge_minutes * 60_000;
  const gaps: CoverageGap[] = [];
  let watched_ms = 0;
  let at_ms = from_at.getTime();
  const end_ms = Math.max(at_ms, to_at.getTime());
  let reason: CoverageGap['reason'] = 'not_watched';
  let was_watched = false;
  const gapUntil = (until_ms: number) => {
    if (until_ms <= at_ms) return;
    gaps.push({ from_at: new Date(at_ms), to_at: new Date(until_ms), reason });
    at_ms = until_ms;
  };
  for (const { outcome, from_at: from, to_at: to, is_late } of intervals) {
    if (outcome === 'imported') continue;
    const from_ms = Math.min(from.getTime(), end_ms);
    const to_ms = Math.min(to.getTime(), end_ms);
    if (to_ms < at_ms) {
      was_watched = outcome === 'watched';
      reason = outcome === 'watched' ? 'not_watched' : outcome;
      continue;
    }
    const is_bridged = is_late === null ? from_ms - at_ms <= bridge_ms : !is_late;
    if (was_watched && is_bridged) {
      watched_ms += Math.max(0, from_ms - at_ms);
      at_ms = Math.max(at_ms, from_ms);
    } else gapUntil(from_ms);
    if (outcome === 'watched') {
      watched_ms += Math.max(0, to_ms - at_ms);
      at_ms = Math.max(at_ms, to_ms);
      reason = 'not_watched';
    } else {
      reason = outcome;
      gapUntil(to_ms);
    }
    was_watched = outcome === 'watched';
  }
  if (was_watched && promised_until && end_ms <= promised_until.getTime()) watched_ms += end_ms - at_ms;
  else gapUntil(end_ms);
  const whole_ms = end_ms - from_at.getTime();
  return {
    from_at,
    to_at: new Date(end_ms),
    watched_seconds: Math.round(watched_ms / 1000),
    share: whole_ms === 0 ? 0 : watched_ms / whole_ms,
    gaps: joined(gaps),
    imports: intervals.filter(({ outcome }) => outcome === 'imported').map(({ to_at: at }) => at),
  };
}

/** Gaps of one reason that touch are one. */
function joined(gaps: readonly CoverageGap[]): CoverageGap[] {
  const found: CoverageGap[] = [];
  for (const gap of gaps) {
    const last = found.at(-1);
    if (last && last.reason === gap.reason && last.to_at.getTime() === gap.from_at.getTime())
      last.to_at = gap.to_at;
    else found.push({ ...gap });
  }
  return found;
}

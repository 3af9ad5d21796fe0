import type { Health } from './source.ts';

/** What one check found out about a source. */
export type CheckOutcome = 'read' | 'unchanged' | 'empty' | 'blocked' | 'failed';

export type HealthFacts = {
  health: Health;
  is_enabled: boolean;
  /** Checks in a row that did not succeed, this one included. */
  failures: number;
  /** When something new came last, else since when the source is watched. */
  quiet_since: Date;
  expected_update_days: number | null;
};

/** One lost packet is no news; three checks in a row are. */
export const FAILURES_TOLD = 3;
const DAY_MS = 86_400_000;

/**
 * The health of a source after a check. A wall or an emptied list is said at once, because taking it for
 * "no news" is the mistake that nobody notices; a failure after three in a row.
 */
export function healthAfter(outcome: CheckOutcome, facts: HealthFacts, now: Date): Health {
  if (!facts.is_enabled) return 'paused';
  switch (outcome) {
    case 'blocked':
      return 'blocked';
    case 'empty':
      return 'changed_layout';
    case 'failed':
      return facts.failures >= FAILURES_TOLD ? 'failing' : facts.health;
    case 'read':
    case 'unchanged':
      return isSilentAt(facts, now) ? 'silent' : 'healthy';
    default:
      return outcome satisfies never;
  }
}

/** Whether nothing new came for longer than the source's own rhythm. */
export function isSilentAt(
  { quiet_since, expected_update_days }: Pick<HealthFacts, 'quiet_since' | 'expected_update_days'>,
  now: Date,
): boolean {
  return (
    expected_update_days !== null && now.getTime() - quiet_since.getTime() > expected_update_days * DAY_MS
  );
}

/** Whether the operator is told: of each change once, and of the first reading only when it went wrong. */
export function isTold(before: Health, after: Health): boolean {
  if (before === after || after === 'paused') return false;
  if (before === 'new' || before === 'paused') return after !== 'healthy' && after !== 'new';
  return true;
}

/** A step of the schedule: how long to wait after the attempt of this number has failed. */
export type RetryStep = { attempt: number; delay_seconds: number };

/** Attempts of many deliveries that failed together must not come back together. */
export const JITTER = 0.2;
/** A receiver that asks for longer would keep a message from being given up at all. */
export const RETRY_AFTER_MAX_SECONDS = 86_400;

/**
 * Seconds until the next attempt after attempt `attempt` (from 1) has failed, or null when it was the last.
 * The step's delay is spread by ±20 %: `random` is in [0, 1). What the receiver asked for (`Retry-After`, in
 * seconds) is waited for when it is longer, up to a day.
 */
export function nextDelaySeconds(
  steps: readonly RetryStep[],
  failed: { attempt: number; random: number; retry_after_seconds: number | null },
): number | null {
  const step = steps.find(({ attempt }) => attempt === failed.attempt);
  if (!step) return null;
  const spread = step.delay_seconds * (1 - JITTER + 2 * JITTER * failed.random);
  const asked = Math.min(failed.retry_after_seconds ?? 0, RETRY_AFTER_MAX_SECONDS);
  return Math.max(spread, asked);
}

/** Reads `Retry-After` (RFC 9110 § 10.2.3): seconds, or a date held against `now`; null when it says neither. */
export function retryAfterSeconds(written: string | undefined, now: Date): number | null {
  if (written === undefined) return null;
  const text = written.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text);
  // A date begins with a weekday; Date.parse alone takes almost anything.
  const at = /^[A-Z][a-z]{2,8}, /.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - now.getTime()) / 1000));
}

/** What a check ended with, as far as the time of the next one depends on it. */
export type CheckEnd = {
  outcome: 'read' | 'unchanged' | 'blocked' | 'failed';
  interval_minutes: number;
  /** Checks in a row that did not succeed, this one included. */
  failures: number;
  /** What the server asked for, in any of its three voices. */
  retry_after_seconds: number | null;
  max_age_seconds: number | null;
  ttl_minutes: number | null;
  last_new_item_at: Date | null;
};

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** A source is never given up: this is the longest pause after a failure. */
export const BACK_OFF_MAX_MS = 6 * 60 * MINUTE_MS;
const BACK_OFF_FIRST_MS = 5 * MINUTE_MS;
/** A server may ask for more patience than we would have by ourselves, but not for silence. */
const PATIENCE_MAX_MS = DAY_MS;
/** A source without news for long is asked up to this many times less often. */
const SLOWEST = 4;
const SLOWING_AFTER_DAYS = 14;
const JITTER = 0.1;

/**
 * When a source is checked next. After success: its interval, stretched while it has had no news for long,
 * never shorter than what the publisher asks for. After failure: doubled from five minutes to six hours, and
 * at least as long as Retry-After says. `random` is from 0 to 1 and spreads sources over time.
 */
export function nextCheckAt(end: CheckEnd, now: Date, random: number): Date {
  const wait_ms = end.outcome === 'read' || end.outcome === 'unchanged' ? restMs(end, now) : backOffMs(end);
  const asked_ms = Math.min((end.retry_after_seconds ?? 0) * 1000, PATIENCE_MAX_MS);
  // Jitter never makes the wait shorter than what the server asked for.
  const jittered_ms = wait_ms * (1 + JITTER * (2 * random - 1));
  return new Date(now.getTime() + Math.max(jittered_ms, asked_ms));
}

function restMs(end: CheckEnd, now: Date): number {
  const interval_ms = end.interval_minutes * MINUTE_MS;
  const quiet_days = end.last_new_item_at ? (now.getTime() - end.last_new_item_at.getTime()) / DAY_MS : 0;
  const stretch = Math.min(SLOWEST, Math.max(1, quiet_days / SLOWING_AFTER_DAYS));
  const asked_ms = Math.max((end.ttl_minutes ?? 0) * MINUTE_MS, (end.max_age_seconds ?? 0) * 1000);
  return Math.max(
    Math.min(interval_ms * stretch, Math.max(interval_ms, DAY_MS)),
    Math.min(asked_ms, PATIENCE_MAX_MS),
  );
}

function backOffMs(end: CheckEnd): number {
  const doubled_ms = BACK_OFF_FIRST_MS * 2 ** Math.min(20, Math.max(0, end.failures - 1));
  // A source that is asked once a day is not asked every five minutes because it failed.
  const floor_ms = Math.min(end.interval_minutes * MINUTE_MS, BACK_OFF_MAX_MS) / 4;
  return Math.min(BACK_OFF_MAX_MS / (1 + JITTER), Math.max(doubled_ms, floor_ms));
}

/** Ten years say as much as any longer time. */
const SECONDS_MAX = 315_360_000;

/** Seconds that `Retry-After` asks for (RFC 9110, 10.2.3: seconds or a date); null when it says neither. */
export function readRetryAfter(header: string | null | undefined, now: Date): number | null {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Math.min(Number(text), SECONDS_MAX);
  const at = text === '' ? NaN : Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - now.getTime()) / 1000));
}

/** `max-age` of Cache-Control in seconds, of which `no-cache` and `no-store` make nothing. */
export function readMaxAge(header: string | null | undefined): number | null {
  const text = header?.toLowerCase() ?? '';
  if (/\bno-(cache|store)\b/.test(text)) return null;
  const found = /\bmax-age\s*=\s*"?(\d{1,9})/.exec(text)?.[1];
  return found === undefined ? null : Number(found);
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** A page is corrected in its first days if at all: it is seen again after a day, then ever less often. */
const FIRST_MS = DAY_MS;
/** And never forgotten: what was announced years ago is still looked at once a month. */
const LONGEST_MS = 30 * DAY_MS;
const SHARE_OF_AGE = 0.25;
const JITTER = 0.1;
const FAILED_FIRST_MS = HOUR_MS / 6;
const FAILED_LONGEST_MS = DAY_MS;

/**
 * When the page or a file of an item is asked again. After success: a quarter of its age, from a day to thirty.
 * After failures in a row: from ten minutes doubled to a day, never given up, and never before Retry-After.
 * `random` is from 0 to 1.
 */
export function nextVisitAt(
  visit: { first_seen_at: Date; failures: number; retry_after_seconds: number | null },
  now: Date,
  random: number,
): Date {
  const age_ms = now.getTime() - visit.first_seen_at.getTime();
  const wait_ms =
    visit.failures === 0
      ? Math.min(LONGEST_MS, Math.max(FIRST_MS, age_ms * SHARE_OF_AGE))
      : Math.min(FAILED_LONGEST_MS, FAILED_FIRST_MS * 2 ** Math.min(20, visit.failures - 1));
  const jittered_ms = wait_ms * (1 + JITTER * (2 * random - 1));
  const asked_ms = Math.min((visit.retry_after_seconds ?? 0) * 1000, DAY_MS);
  return new Date(now.getTime() + Math.max(jittered_ms, asked_ms));
}

/** Attachments that hold the substance; what they are is told from their bytes later. */
const FILE = /\.(pdf|docx?|xlsx?|wps|et)(?:$|[?#])/i;

/** Whether an address names a file to keep and not a page to read. */
export function isFileAddress(url: string): boolean {
  return FILE.test(url);
}

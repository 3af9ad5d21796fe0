import { addDays, daysBetween } from '#lib/domain/text/calendar-day.ts';

/** Days before the last day of a report on which its end is told, each once: a retest takes weeks. */
export const EXPIRY_STEPS_DAYS = [30, 14, 7, 1] as const;

/**
 * The step that a report of this day of issue has reached, the nearest one: null while its last day is further
 * off, and once it has passed. Days are legal days in China; `days_left` is 0 on the last day.
 */
export function expiryStep(
  issued_on: string,
  { today, report_age_days }: { today: string; report_age_days: number },
): { last_day: string; days_left: number; step: number } | null {
  const last_day = addDays(issued_on, report_age_days);
  const days_left = daysBetween(today, last_day);
  if (days_left < 0) return null;
  const step = EXPIRY_STEPS_DAYS.findLast((one) => days_left <= one);
  return step === undefined ? null : { last_day, days_left, step };
}

import { dayInChina, daysBetween } from '#lib/domain/text/calendar-day.ts';

/** A weekend without declarations is no news; after it, numbers of today are not today's any more. */
const STALE_AFTER_DAYS = 3;

/** Days in China between the last declaration on file and now. */
export function daysBehind(now: Date, data_to: string): number {
  return daysBetween(data_to, dayInChina(now));
}

export function isStale(days_behind: number): boolean {
  return days_behind > STALE_AFTER_DAYS;
}

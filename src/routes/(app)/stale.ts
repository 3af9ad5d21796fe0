import { chinaDay } from '#lib/i18n/format.ts';

/** A weekend without declarations is no news; after it, numbers of today are not today's any more. */
const STALE_AFTER_DAYS = 3;
const DAY_MS = 86_400_000;

/** Days in China between the last declaration on file and now. */
export function daysBehind(now: Date, data_to: string): number {
  return Math.round((Date.parse(chinaDay(now)) - Date.parse(data_to)) / DAY_MS);
}

export function isStale(days_behind: number): boolean {
  return days_behind > STALE_AFTER_DAYS;
}

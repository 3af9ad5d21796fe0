/**
 * The one calendar of the program: days of Asia/Shanghai (+08:00 all year since 1991). A day is `YYYY-MM-DD`,
 * never a `Date`; inside calculations it is a whole number of days since 1970-01-01.
 */
export const CHINA_OFFSET_MS = 8 * 3_600_000;
export const DAY_MS = 86_400_000;

/** The day of an instant (milliseconds since 1970) in China. */
export function dayOfInstant(instant_ms: number): number {
  return Math.floor((instant_ms + CHINA_OFFSET_MS) / DAY_MS);
}

/** Midnight in China at which the day begins. */
export function instantOfDay(day: number): Date {
  return new Date(day * DAY_MS - CHINA_OFFSET_MS);
}

export function dayToText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** The number of a `YYYY-MM-DD`; null when there is no such day. */
export function dayFromText(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const ms = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(ms)) return null;
  const day = ms / DAY_MS;
  return dayToText(day) === text ? day : null;
}

/** The number of a day that is known to be one. Throws on a text that is no day. */
export function dayNumber(day: string): number {
  const number = dayFromText(day);
  if (number === null) throw new RangeError(`${day} is not a day.`);
  return number;
}

/** Whether the text is an existing day in the one form that is stored. */
export function isDay(text: string): boolean {
  return dayFromText(text) !== null;
}

/** The day `count` days later (earlier when negative). Throws on a text that is no day. */
export function addDays(day: string, count: number): string {
  return dayToText(dayNumber(day) + count);
}

/** Calendar days from `from` to `to`; negative when `to` is earlier. Throws on a text that is no day. */
export function daysBetween(from: string, to: string): number {
  return dayNumber(to) - dayNumber(from);
}

/** The day in China of an instant. */
export function dayInChina(instant: Date): string {
  return dayToText(dayOfInstant(instant.getTime()));
}

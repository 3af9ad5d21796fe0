import type { Formats } from '#lib/i18n/format.ts';

/** The heads of the months `YYYY-MM`; the year stands where it begins. */
export function heatColumns(
  months: readonly string[],
  format: Formats,
): { key: string; head: string; under: string | null }[] {
  return months.map((month, index) => ({
    key: month,
    head: format.month(`${month}-01`),
    under: index === 0 || month.endsWith('-01') ? month.slice(0, 4) : null,
  }));
}

import { addDays } from '#lib/i18n/format.ts';

/** Without a period in the address, twelve weeks up to the newest day on file. */
const DAYS_DEFAULT = 84;

/** The period asked for; its open ends follow the newest day on file. All days are inclusive. */
export function periodOf(
  query: { from: string | null; to: string | null },
  newest: string,
): { from: string; to: string } {
  const to = query.to ?? (query.from !== null && query.from > newest ? query.from : newest);
  return { from: query.from ?? addDays(to, 1 - DAYS_DEFAULT), to };
}

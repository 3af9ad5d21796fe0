/** Dates of one month, `YYYY-MM`. */
export type Month<T> = { month: string; dates: T[] };

/** Dates by month: those of today and later with the next one first, past ones with the last one first. */
export function groupDates<T extends { day: string }>(
  dates: readonly T[],
  today: string,
): { ahead: Month<T>[]; past: Month<T>[] } {
  const sorted = dates.toSorted((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
  return {
    ahead: byMonth(sorted.filter(({ day }) => day >= today)),
    past: byMonth(sorted.filter(({ day }) => day < today).reverse()),
  };
}

function byMonth<T extends { day: string }>(dates: readonly T[]): Month<T>[] {
  const months: Month<T>[] = [];
  for (const date of dates) {
    const month = date.day.slice(0, 7);
    const last = months.at(-1);
    if (last?.month === month) last.dates.push(date);
    else months.push({ month, dates: [date] });
  }
  return months;
}

import type { Channel } from '#lib/domain/clearance/measure.ts';
import type { HoursSummary } from '#lib/domain/clearance/overview.ts';
import type { ClearanceSort } from './query.ts';

/** One office and channel of a period, beside the same of the period before. */
export type OfficeRow = {
  office: string;
  name: string | null;
  name_zh: string | null;
  channel: Channel | null;
  hours: HoursSummary;
  /** Mean hours against the period before; null where one of the two has too few records. */
  change_hours: number | null;
};

type Grouped = HoursSummary & { customs_office?: string | null; channel?: string | null };
type Names = ReadonlyMap<string, { name: string | null; name_zh: string | null }>;

/** Rows in the order asked for: what needs attention first, too few records to compare always last. */
export function officeRows(
  now: readonly Grouped[],
  before: readonly Grouped[],
  about: { names: Names; sort: ClearanceSort },
): OfficeRow[] {
  const key = (row: Grouped) => `${row.customs_office ?? ''} ${row.channel ?? ''}`;
  const earlier = new Map(before.map((row) => [key(row), row]));
  const rows = now.map((hours): OfficeRow => {
    const then = earlier.get(key(hours));
    const office = hours.customs_office ?? '';
    const is_comparable = then && !then.is_small_n && !hours.is_small_n;
    return {
      office,
      name: about.names.get(office)?.name ?? null,
      name_zh: about.names.get(office)?.name_zh ?? null,
      channel: hours.channel === 'green' || hours.channel === 'ordinary' ? hours.channel : null,
      hours,
      change_hours: is_comparable ? hours.mean_hours - then.mean_hours : null,
    };
  });
  const is_few = (row: OfficeRow) => Number(row.hours.is_small_n);
  // Two rows without a change differ by NaN, and then the slower comes first.
  const bySort = (a: OfficeRow, b: OfficeRow) => weightOf(b, about.sort) - weightOf(a, about.sort);
  return rows.sort(
    (a, b) => is_few(a) - is_few(b) || bySort(a, b) || b.hours.mean_hours - a.hours.mean_hours,
  );
}

function weightOf({ hours, change_hours }: OfficeRow, sort: ClearanceSort): number {
  switch (sort) {
    case 'mean':
      return hours.mean_hours;
    case 'n':
      return hours.n;
    case 'p90':
      return hours.p90_hours;
    case 'change':
      return change_hours ?? -Infinity;
    default:
      return sort satisfies never;
  }
}

import { SECONDS_PER_HOUR } from '#lib/domain/clearance/measure.ts';
import type { FirmOverview, RankedHours } from '#lib/domain/clearance/overview.ts';
import type { Evidence } from './evidence.ts';

/** Something in the period that a person should look at, with where it can be looked at. */
export type Attention = { level: 'bad' | 'warn' | 'unknown'; href: string } & (
  | { kind: 'green_inspected'; part: number; whole: number }
  | { kind: 'not_green'; part: number; whole: number; hours_more: number | null }
  | { kind: 'office_slower'; office: string; row: RankedHours; hours: number }
  | { kind: 'under_way'; n: number }
  | { kind: 'outliers'; n: number; hours: number }
);

/** More is a list to scroll and not to act on. */
const SHOWN_MAX = 4;
/** A change that shows as 0.0 is none. */
const HOURS_WORTH_SAYING = 0.05;

type Parts = Pick<FirmOverview, 'hours' | 'categories' | 'honesty'>;

/**
 * What needs attention, in the order in which it needs it: what breaks the programme's promise, what leaves
 * its advantage unused, what got worse, and what is not known yet. Nothing is said on too few records.
 */
export function attentionOf(overview: Parts, evidence: Evidence): Attention[] {
  return [
    ...ofShares(overview, evidence),
    ...ofOffices(overview, evidence),
    ...ofOpenEnds(overview, evidence),
  ].slice(0, SHOWN_MAX);
}

function ofShares({ honesty, hours }: Parts, evidence: Evidence): Attention[] {
  if (!honesty.ok) return [];
  const { green_inspected, green_coverage } = honesty.value;
  const lanes = hours.ok ? hours.value.lanes : [];
  const [green, ordinary] = ['green', 'ordinary'].map(
    (channel) => lanes.find(({ key, hours: { is_small_n } }) => key === channel && !is_small_n)?.hours,
  );
  const more = green && ordinary ? ordinary.mean_hours - green.mean_hours : null;
  const not_green = green_coverage.whole - green_coverage.part;
  return [
    ...(green_inspected.part > 0
      ? [
          {
            kind: 'green_inspected' as const,
            level: 'bad' as const,
            href: evidence.records({ channel: 'green', kind: 'inspected' }),
            part: green_inspected.part,
            whole: green_inspected.whole,
          },
        ]
      : []),
    ...(not_green > 0
      ? [
          {
            kind: 'not_green' as const,
            level: 'warn' as const,
            href: evidence.hours({ channel: 'ordinary' }),
            part: not_green,
            whole: green_coverage.whole,
            hours_more: more !== null && more > HOURS_WORTH_SAYING ? more : null,
          },
        ]
      : []),
  ];
}

/** The office that lost the most against the period before. */
function ofOffices({ hours }: Parts, evidence: Evidence): Attention[] {
  if (!hours.ok) return [];
  const [worst] = hours.value.offices
    .flatMap((row) => (row.change_hours === null ? [] : [{ row, hours: row.change_hours }]))
    .filter((one) => one.hours > HOURS_WORTH_SAYING)
    .sort((a, b) => b.hours - a.hours);
  if (!worst) return [];
  const office = worst.row.key;
  return [{ kind: 'office_slower', level: 'warn', href: evidence.hours({ office }), office, ...worst }];
}

function ofOpenEnds({ honesty }: Parts, evidence: Evidence): Attention[] {
  if (!honesty.ok) return [];
  const { outliers, release_known } = honesty.value;
  const under_way = release_known.whole - release_known.part;
  return [
    ...(outliers && outliers.count > 0
      ? [
          {
            kind: 'outliers' as const,
            level: 'warn' as const,
            href: evidence.records({ over: String(outliers.threshold_seconds), order: 'slowest' }),
            n: outliers.count,
            hours: outliers.threshold_seconds / SECONDS_PER_HOUR,
          },
        ]
      : []),
    ...(under_way > 0
      ? [
          {
            kind: 'under_way' as const,
            level: 'unknown' as const,
            href: evidence.records({ kind: 'under_way' }),
            n: under_way,
          },
        ]
      : []),
  ];
}

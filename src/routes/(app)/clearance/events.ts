import type { TrendEvent } from '#lib/charts/trend-geometry.ts';
import type { View } from '#lib/i18n/view.ts';
import type { ClearanceQuery } from './query.ts';

type Programme = { programme_start: string | null; programme_district: string | null };
/** A day on which a version of a rule takes force or ends one, as the calendar of rules has it. */
type RuleDay = { day: string; kind: string; version: { instrument_slug: string; title: string } };

/**
 * The days to flag on the trend: the launch of the programme, where its district is among what is shown, and
 * the days on which rules take force. What falls on one day is one flag.
 */
export function eventsOf(
  query: Pick<ClearanceQuery, 'district' | 'office' | 'direction'>,
  programme: Programme,
  { dates, today }: { dates: readonly RuleDay[]; today: string },
): TrendEvent[] {
  const by_day = new Map<string, TrendEvent>();
  const launch = launchShown(query, programme);
  if (launch !== null)
    by_day.set(launch, { day: launch, is_launch: true, is_in_force: launch <= today, rules: [] });
  for (const { day, kind, version } of dates) {
    if (kind !== 'effective' && kind !== 'repealed') continue;
    const event = by_day.get(day) ?? { day, is_launch: false, is_in_force: day <= today, rules: [] };
    const rules = [...event.rules, { slug: version.instrument_slug, title: version.title }];
    by_day.set(day, { ...event, rules });
  }
  return [...by_day.values()].sort((a, b) => (a.day < b.day ? -1 : 1));
}

function launchShown(
  query: Pick<ClearanceQuery, 'district' | 'office' | 'direction'>,
  { programme_start, programme_district }: Programme,
): string | null {
  if (programme_start === null || programme_district === null || query.direction !== 'export') return null;
  const shown = query.office ?? query.district;
  const is_shown = shown === null || shown.slice(0, 2) === programme_district.slice(0, 2);
  return is_shown ? programme_start : null;
}

/** What a flag says: the launch before rules of the same day, one rule by its title. */
export function eventName(event: TrendEvent, { text, format }: Pick<View, 'text' | 'format'>): string {
  const day = format.day(event.day);
  const [first] = event.rules;
  if (event.is_launch || !first) return text('dashboard.trend.opened', { day });
  return text('dashboard.trend.rule', { title: first.title, day });
}

import { sql } from 'kysely';
import type { App } from '#lib/server/app.ts';
import { standingVersions } from '#lib/domain/rules/in-force.ts';
import { knownVersions } from './law.ts';
import { settledKnownAt } from './known-at.ts';
import { readPublished } from './rule-actor.ts';
import { versionRows, type VersionRow } from './version.ts';

export const DATE_KINDS = [
  'effective',
  'repealed',
  'ends',
  'partly_replaced',
  'transition_ends',
  'comments_end',
] as const;
export type DateKind = (typeof DATE_KINDS)[number];

export type RuleDate = { day: string; kind: DateKind; version: VersionRow };

export type CalendarQuery = { from?: string | null; to?: string | null; instrument?: string | null };

/**
 * The days on which rules begin, end, or stop taking comments, from what stands now: neither withdrawn nor
 * corrected records. In the order of the days.
 */
export function ruleCalendar(app: App, { from, to, instrument }: CalendarQuery): Promise<RuleDate[]> {
  return readPublished(app, async (tx) => {
    const known_at = await settledKnownAt(tx, null);
    const published = await versionRows(
      tx,
      instrument ? sql`v.state = 'published' and i.slug = ${instrument}` : sql`v.state = 'published'`,
      sql`v.sequence desc`,
    );
    return standingRecords(knownVersions(published, known_at), known_at)
      .flatMap(datesOf)
      .filter(({ day }) => (!from || day >= from) && (!to || day <= to))
      .sort((a, b) => compare(a.day, b.day) || compare(a.version.instrument_slug, b.version.instrument_slug));
  });
}

/** Standing law of each instrument, and standing texts that are no law, such as a consultation. */
function standingRecords(versions: readonly VersionRow[], known_at: Date): VersionRow[] {
  const slugs = [...new Set(versions.map(({ instrument_slug }) => instrument_slug))];
  const law = slugs.flatMap((slug) =>
    standingVersions(
      versions.filter(({ instrument_slug }) => instrument_slug === slug),
      known_at,
    ),
  );
  const standing = versions.filter(({ withdrawn_at }) => withdrawn_at === null);
  const corrected = new Set(standing.map(({ corrects }) => corrects));
  return [...law, ...standing.filter(({ stage, id }) => stage !== 'published' && !corrected.has(id))];
}

function datesOf(version: VersionRow): RuleDate[] {
  const { valid_from, valid_to, is_repeal, partly_replaced_from, transition_until, comment_until } = version;
  const is_law = version.stage === 'published';
  const days: [DateKind, string | null][] = [
    [is_repeal ? 'repealed' : 'effective', is_law ? valid_from : null],
    ['ends', is_law ? valid_to : null],
    ['partly_replaced', partly_replaced_from],
    ['transition_ends', transition_until],
    ['comments_end', comment_until],
  ];
  return days.flatMap(([kind, day]) => (day === null ? [] : [{ day, kind, version }]));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

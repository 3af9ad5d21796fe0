import { sql } from 'kysely';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import { futureVersions, inForce } from '#lib/domain/rules/in-force.ts';
import {
  legalStateOn,
  type InstrumentKind,
  type LegalState,
  type Workflow,
} from '#lib/domain/rules/version.ts';
import { dayInChina } from '#lib/domain/text/calendar-day.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { readRules } from './rule-actor.ts';
import {
  readInstrument,
  readVersion,
  versionRows,
  type StoredInstrument,
  type StoredVersion,
  type VersionRow,
} from './version.ts';

export type ListedInstrument = {
  instrument: StoredInstrument;
  /** Of the version in force today; null where none is. */
  legal_state: LegalState | null;
  in_force: VersionRow | null;
  /** The version that takes force next, after today. */
  next: VersionRow | null;
  /** When the newest version was published; null while there is none. */
  last_published_at: Date | null;
  /** Versions that are drafted or approved and not yet published; 0 for whom sees none. */
  unpublished: number;
  has_pending_interpretation: boolean;
  /** Of the order of the list; passed on as text, because a Date loses the microseconds. */
  changed_at: string;
};

export type InstrumentListQuery = {
  kind?: InstrumentKind | null;
  limit: number;
  after?: readonly [changed_at: string, slug: string] | null;
};

/** The instruments that the actor may know of, the one that was last published first; one more than `limit`. */
export function listInstruments(
  app: App,
  actor: Actor | null,
  query: InstrumentListQuery,
): Promise<ListedInstrument[]> {
  const today = dayInChina(app.now());
  return readRules(app, actor, async (tx) => {
    const page = await instrumentPage(tx, query);
    const slugs = page.map(({ slug }) => slug);
    const versions = await versionRows(tx, sql`i.slug = any(${slugs})`);
    const pending = await slugsWithPending(tx, slugs);
    const listed = [];
    for (const { slug, changed_at } of page) {
      const instrument = await readInstrument(tx, slug);
      if (!instrument) continue;
      const own = versions.filter(({ instrument_slug }) => instrument_slug === slug);
      listed.push({
        instrument,
        changed_at,
        ...stateOf(own, today),
        has_pending_interpretation: pending.has(slug),
      });
    }
    return listed;
  });
}

function stateOf(versions: readonly VersionRow[], today: string) {
  const point = { as_of: today, known_at: END_OF_TIME };
  const law = inForce(versions, point);
  const published = versions.flatMap(({ recorded_at }) => (recorded_at ? [recorded_at] : []));
  return {
    in_force: law.state === 'in_force' ? law.version : null,
    legal_state: law.state === 'none' ? null : legalStateOn(law.version, today),
    next: futureVersions(versions, point)[0] ?? null,
    last_published_at: published.reduce<Date | null>((last, one) => (last && last > one ? last : one), null),
    unpublished: versions.filter(({ workflow }) => workflow === 'draft' || workflow === 'approved').length,
  };
}

/** Everything that is recorded by now counts. */
const END_OF_TIME = new Date(8.64e15);

async function instrumentPage(
  tx: Tx,
  { kind, limit, after }: InstrumentListQuery,
): Promise<{ slug: string; changed_at: string }[]> {
  const { rows } = await sql<{ slug: string; changed_at: string }>`
    select slug, changed_at::text from (
      select i.slug, i.kind, coalesce(
        (select max(v.recorded_at) from rule_version v where v.instrument_id = i.id and v.state = 'published'), i.created_at) as changed_at
      from instrument i) listed
    where (${kind ?? null}::text is null or kind = ${kind ?? null})
      and (${after?.[0] ?? null}::text is null or (changed_at, slug) < (${after?.[0] ?? null}::timestamptz, ${after?.[1] ?? null}))
    order by listed.changed_at desc, slug desc limit ${limit + 1}`.execute(tx);
  return rows;
}

/** Instruments whose newest published text has a clause with a pending interpretation. */
async function slugsWithPending(tx: Tx, slugs: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ slug: string }>`
    select i.slug from instrument i
    where i.slug = any(${[...slugs]}) and exists (
      select from provision p
      where p.status = 'interpretation_pending' and p.version_id = (
        select v.id from rule_version v where v.instrument_id = i.id and v.state = 'published' order by v.sequence desc limit 1))`.execute(
    tx,
  );
  return new Set(rows.map(({ slug }) => slug));
}

export type VersionListQuery = {
  instrument?: string | null;
  workflow?: readonly Workflow[] | null;
  limit: number;
  after?: readonly [updated_at: string, id: string] | null;
};

/** The versions that the actor may know of, the last changed first; one more than `limit`. */
export function listVersions(
  app: App,
  actor: Actor | null,
  { instrument, workflow, limit, after }: VersionListQuery,
): Promise<(VersionRow & { changed_at: string })[]> {
  return readRules(app, actor, async (tx) => {
    const { rows } = await sql<{ id: string; changed_at: string }>`
      select v.id, v.updated_at::text as changed_at
      from rule_version v join instrument i on i.id = v.instrument_id
      left join rule_act w on w.version_id = v.id and w.act = 'withdrawn'
      where (${instrument ?? null}::text is null or i.slug = ${instrument ?? null})
        and (${workflow ?? null}::text[] is null
             or case when w.at is null then v.state else 'withdrawn' end = any(${workflow ?? null}::text[]))
        and (${after?.[0] ?? null}::text is null or (v.updated_at, v.id) < (${after?.[0] ?? null}::timestamptz, ${after?.[1] ?? null}::uuid))
      order by v.updated_at desc, v.id desc limit ${limit + 1}`.execute(tx);
    const found = await versionRows(tx, sql`v.id = any(${rows.map(({ id }) => id)}::uuid[])`);
    return rows.flatMap(({ id, changed_at }) =>
      found.filter((version) => version.id === id).map((version) => ({ ...version, changed_at })),
    );
  });
}

/** A version with its text, if the actor may know of it. */
export function findVersion(app: App, actor: Actor | null, id: string): Promise<StoredVersion | null> {
  return readRules(app, actor, (tx) => readVersion(tx, id));
}

/** An instrument, if the actor may know of it. */
export function findInstrument(
  app: App,
  actor: Actor | null,
  slug: string,
): Promise<StoredInstrument | null> {
  return readRules(app, actor, (tx) => readInstrument(tx, slug));
}

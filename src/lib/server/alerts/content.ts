import { z } from 'zod';
import type { About, Topic } from '#lib/domain/alerts/topic.ts';
import type { App } from '#lib/server/app.ts';
import { impactSchema, type Impact } from '#lib/server/eligibility/impact.ts';
import { changeOfPublished, type Comparison } from '#lib/server/rules/compare.ts';
import { readPublished } from '#lib/server/rules/rule-actor.ts';
import { sql } from 'kysely';
import {
  readInstrument,
  versionRows,
  type StoredInstrument,
  type StoredProvision,
  type VersionRow,
} from '#lib/server/rules/version.ts';

/** An event as messages are made of it; the same for every recipient. */
export type Content = {
  event: ToldEvent;
  /** Of an event about a rule: read under the policies of the public, so that nothing unapproved can get out. */
  rule: ToldRule | null;
};

export type ToldRule = {
  instrument: StoredInstrument;
  version: Pick<VersionRow, 'label' | 'stage' | 'valid_from' | 'is_repeal'>;
  /** Empty, and without a comparison, in a list, where the texts are not shown. */
  provisions: readonly StoredProvision[];
  comparison: Comparison | null;
};

export type ToldEvent = {
  id: string;
  kind: string;
  occurred_at: Date;
  subject_id: string | null;
  data: Record<string, unknown>;
  about: About;
};

export type EventRow = {
  event_id: string;
  kind: string;
  occurred_at: Date;
  subject_id: string | null;
  data: unknown;
};

const words = z.array(z.string()).catch([]);
const about = z
  .object({
    instruments: words.default([]),
    provisions: words.default([]),
    pending_items: words.default([]),
    categories: words.default([]),
    districts: words.default([]),
  })
  .catch({ instruments: [], provisions: [], pending_items: [], categories: [], districts: [] });

export function toldEvent(row: EventRow): ToldEvent {
  const data = z.record(z.string(), z.unknown()).catch({}).parse(row.data);
  return {
    id: row.event_id,
    kind: row.kind,
    occurred_at: row.occurred_at,
    subject_id: row.subject_id,
    data,
    about: about.parse(data.about ?? {}),
  };
}

/** Contents that are kept: a publication is told to everybody within minutes. */
const CONTENTS_MAX = 100;

export type Contents = { of: (row: EventRow) => Promise<Content> };

/** Reads each event's content once, however many are told of it. */
export function createContents(app: Pick<App, 'firm_pool'>): Contents {
  const kept = new Map<string, Promise<Content>>();
  return {
    of(row) {
      const known = kept.get(row.event_id);
      if (known) return known;
      const read = readContent(app, toldEvent(row));
      kept.set(row.event_id, read);
      read.catch(() => kept.delete(row.event_id));
      const [oldest] = kept.keys();
      if (kept.size > CONTENTS_MAX && oldest !== undefined) kept.delete(oldest);
      return read;
    },
  };
}

async function readContent(app: Pick<App, 'firm_pool'>, event: ToldEvent): Promise<Content> {
  const { subject_id } = event;
  if (!event.kind.startsWith('rule.') || subject_id === null) return { event, rule: null };
  const rule = await readPublished({ db: app.firm_pool.db }, (tx) => changeOfPublished(tx, subject_id));
  if (!rule) return { event, rule: null };
  const { version, comparison } = rule;
  const { instrument, provisions } = version;
  return { event, rule: { instrument, version, provisions, comparison } };
}

/** The contents of a list, without the texts of rules, by the id of the event. */
export async function listContents(
  app: Pick<App, 'firm_pool'>,
  rows: readonly EventRow[],
): Promise<Map<string, Content>> {
  const events = rows.map(toldEvent);
  const ids = events.flatMap(({ kind, subject_id }) =>
    kind.startsWith('rule.') && subject_id !== null ? [subject_id] : [],
  );
  const rules = await readPublished({ db: app.firm_pool.db }, async (tx) => {
    const found = new Map<string, ToldRule>();
    const instruments = new Map<string, StoredInstrument | null>();
    if (ids.length === 0) return found;
    for (const version of await versionRows(tx, sql`v.id = any (${ids}::uuid[])`)) {
      const slug = version.instrument_slug;
      if (!instruments.has(slug)) instruments.set(slug, await readInstrument(tx, slug));
      const instrument = instruments.get(slug);
      if (instrument) found.set(version.id, { instrument, version, provisions: [], comparison: null });
    }
    return found;
  });
  return new Map(
    events.map((event) => [event.id, { event, rule: rules.get(event.subject_id ?? '') ?? null }]),
  );
}

const excerpt = z.object({
  field: z.string(),
  text: z.string(),
  spans: z.array(z.object({ start: z.int(), end: z.int() })),
  is_start: z.boolean(),
  is_end: z.boolean(),
});
const foundSearch = z.object({
  id: z.string(),
  name: z.string(),
  query: z.string(),
  excerpts: z.array(excerpt),
});
/** A saved search that was found, as it was named and written then, with the first places. */
export type FoundSearch = z.infer<typeof foundSearch>;

const reason = z.object({
  subscription_id: z.string(),
  user_id: z.string().nullable(),
  kinds: z.array(z.string()).nullable(),
  instruments: z.array(z.string()).nullable(),
  provisions: z.array(z.string()).nullable(),
  pending_items: z.array(z.string()).nullable(),
  categories: z.array(z.string()).nullable(),
  districts: z.array(z.string()).nullable(),
  only_if_affected: z.boolean(),
  saved_searches: z.array(z.string()).nullable().default(null),
  found: z.array(foundSearch).default([]),
});
export type Reason = Topic & { subscription_id: string; user_id: string | null; found: FoundSearch[] };

/** The subscriptions that an alert came by, as they stood when it came. */
export function reasonsOf(stored: unknown): Reason[] {
  return z.array(reason).catch([]).parse(stored);
}

const countsSchema = z.object({
  firms: z.int().nullable(),
  products: z.int().nullable(),
  is_few: z.boolean(),
  is_complete: z.boolean(),
});
export type ImpactCounts = z.infer<typeof countsSchema>;

/** What a change does to products: to a firm's own, or for the operator how many of how many firms. */
export type ToldImpact = { of: 'firm'; impact: Impact } | { of: 'all'; counts: ImpactCounts };

/** Null while it is not known. */
export function impactOf(stored: unknown): ToldImpact | null {
  if (stored === null || stored === undefined) return null;
  const counts = countsSchema.safeParse(stored);
  if (counts.success) return { of: 'all', counts: counts.data };
  const own = impactSchema.safeParse(stored);
  return own.success ? { of: 'firm', impact: own.data } : null;
}

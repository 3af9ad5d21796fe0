import { sql, type RawBuilder } from 'kysely';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import type { SignalState } from '#lib/domain/watch/pending-item.ts';
import { excerptsOf, scorePartsOf, type Excerpt, type ScoreParts } from '#lib/domain/watch/match-score.ts';
import type { MatchSpan } from '#lib/domain/watch/query-set.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { fieldsOf } from '#lib/server/watch/matching/match-items.ts';
import { readWatch } from '#lib/server/watch/watch-actor.ts';

export type Signal = {
  id: string;
  pending_item: {
    slug: string;
    title: string;
    title_zh: string | null;
    instrument: string | null;
    provision: string | null;
  };
  item: {
    id: string;
    title: string;
    url: string | null;
    document_no: string | null;
    issued_on: string | null;
    effective_on: string | null;
    language: string | null;
  };
  /** Of the item's text as it was when the spans were found. */
  spans: MatchSpan[];
  excerpts: Excerpt[];
  score: number;
  score_parts: ScoreParts;
  query: string;
  state: SignalState;
  reason: string | null;
  decided_by_name: string | null;
  decided_at: Date | null;
  created_at: Date;
  from_archive: boolean;
  /** The draft of a rule that was opened from it. */
  draft_version_id: string | null;
  /** Names of the sources that carry it. */
  sources: string[];
};

export type SignalsAsked = {
  state?: SignalState;
  pending_item?: string;
  from_archive?: boolean;
  /** By score, a page has no next one: scores change as texts are revised. */
  order?: 'time' | 'score';
  limit: number;
  after?: readonly [string, string] | null;
};

/** Signals, the newest or the best first; one more than `limit`. Whoever is not of the operator sees confirmed ones alone. */
export function listSignals(
  app: App,
  actor: Actor | null,
  { state, pending_item, from_archive, order = 'time', limit, after = null }: SignalsAsked,
): Promise<(Signal & { created: string })[]> {
  const where = sql`(${state ?? null}::text is null or s.state = ${state ?? null})
    and (${pending_item ?? null}::text is null or p.slug = ${pending_item ?? null})
    and (${from_archive ?? null}::boolean is null or s.from_archive = ${from_archive ?? null})`;
  return readWatch(app, actor, (tx) => signalRows(tx, { where, order, limit: limit + 1, after }));
}

export function findSignal(app: App, actor: Actor | null, id: string): Promise<Signal | null> {
  return readWatch(app, actor, (tx) => readSignal(tx, id));
}

export async function readSignal(tx: Tx, id: string): Promise<Signal | null> {
  const [signal] = await signalRows(tx, { where: sql`s.id = ${id}`, order: 'time', limit: 1, after: null });
  return signal ?? null;
}

/** How many signals there are in each state, of one pending item or of all; what the archive held apart. */
export function countSignals(
  app: App,
  actor: Actor | null,
  pending_item: string | null = null,
): Promise<Record<SignalState | 'archive', number>> {
  return readWatch(app, actor, async (tx) => {
    const { rows } = await sql<Record<SignalState | 'archive', number>>`
      select count(*) filter (where state = 'open' and not from_archive)::int as open,
             count(*) filter (where state = 'open' and from_archive)::int as archive,
             count(*) filter (where state = 'confirmed')::int as confirmed,
             count(*) filter (where state = 'dismissed')::int as dismissed,
             count(*) filter (where state = 'duplicate')::int as duplicate
      from signal s
      where ${pending_item}::text is null
         or s.pending_item_id = (select p.id from pending_item p where p.slug = ${pending_item})`.execute(tx);
    return rows[0] ?? { open: 0, archive: 0, confirmed: 0, dismissed: 0, duplicate: 0 };
  });
}

type Row = {
  id: string;
  slug: string;
  pending_title: string;
  pending_title_zh: string | null;
  instrument: string | null;
  provision: string | null;
  item_id: string;
  title: string;
  text: string;
  url: string | null;
  document_no: string | null;
  issued_on: string | null;
  effective_on: string | null;
  language: string | null;
  spans: MatchSpan[];
  score: number;
  query: string;
  state: SignalState;
  reason: string | null;
  decided_by_name: string | null;
  decided_at: Date | null;
  created_at: Date;
  created: string;
  from_archive: boolean;
  draft_version_id: string | null;
  sources: string[];
};

async function signalRows(
  tx: Tx,
  {
    where,
    order,
    limit,
    after,
  }: {
    where: RawBuilder<unknown>;
    order: 'time' | 'score';
    limit: number;
    after: readonly [string, string] | null;
  },
): Promise<(Signal & { created: string })[]> {
  const { rows } = await sql<Row>`
    select s.id, p.slug, p.title as pending_title, p.title_zh as pending_title_zh, p.instrument, p.provision, i.id as item_id,
           coalesce(r.title, i.title) as title, coalesce(r.text, i.text) as text, i.url, i.document_no, i.issued_on::text,
           i.effective_on::text, i.language, s.spans, s.score, s.query, s.state, s.reason, s.decided_by_name, s.decided_at,
           s.created_at, s.created_at::text as created, s.from_archive, s.draft_version_id,
           array(select distinct n.name from item_sighting g join source n on n.id = g.source_id
                 where g.item_id = i.id order by n.name) as sources
    from signal s
    join pending_item p on p.id = s.pending_item_id
    join item i on i.id = s.item_id
    left join item_revision r on r.item_id = s.item_id and r.revision_no = s.item_revision_no
    where ${where}
      and (${after === null} or (s.created_at, s.id) < (${after?.[0] ?? null}::timestamptz, ${after?.[1] ?? null}::uuid))
    order by ${order === 'score' ? sql`s.score desc,` : sql``} s.created_at desc, s.id desc limit ${limit}`.execute(
    tx,
  );
  return rows.map(signalOf);
}

function signalOf(row: Row): Signal & { created: string } {
  const { slug, pending_title, pending_title_zh, instrument, provision, item_id, text, ...rest } = row;
  const { title, url, document_no, issued_on, effective_on, language, ...own } = rest;
  return {
    ...own,
    pending_item: { slug, title: pending_title, title_zh: pending_title_zh, instrument, provision },
    item: { id: item_id, title, url, document_no, issued_on, effective_on, language },
    excerpts: excerptsOf(fieldsOf({ title, document_no, text }), row.spans),
    score_parts: scorePartsOf(row.spans),
  };
}

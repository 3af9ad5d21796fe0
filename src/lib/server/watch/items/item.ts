import { sql } from 'kysely';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import type { SignalState } from '#lib/domain/watch/pending-item.ts';
import type { MatchSpan } from '#lib/domain/watch/query-set.ts';
import type { App } from '#lib/server/app.ts';
import type { StoredProblem } from '#lib/server/watch/problem-text.ts';
import { readWatch, seesWatch } from '#lib/server/watch/watch-actor.ts';
import type { Sighting } from './items.ts';

export type Revision = {
  revision_no: number;
  title: string;
  text: string;
  snapshot_id: string | null;
  seen_at: Date;
};
export type ItemSignal = {
  id: string;
  pending_item: string;
  pending_title: string;
  pending_title_zh: string | null;
  state: SignalState;
  spans: MatchSpan[];
  item_revision_no: number;
};
/** A file that belongs to a notice; `problem` says why it is not kept or not read. */
export type Attachment = {
  url: string;
  title: string | null;
  document_id: string | null;
  state: 'pending' | 'stored' | 'failed';
  problem: string | null;
  /** Why it could not be had the last time it was asked for. */
  fetch_problem: StoredProblem | null;
};
export type Item = {
  id: string;
  title: string;
  url: string | null;
  document_no: string | null;
  issued_on: string | null;
  effective_on: string | null;
  published_at: Date | null;
  language: string | null;
  text: string;
  first_seen_at: Date;
  changed_at: Date;
  revision_no: number;
  detail_state: string;
  sightings: Sighting[];
  attachments: Attachment[];
  /** The newest first; only the operator sees from which snapshot each was read. */
  revisions: Revision[];
  signals: ItemSignal[];
};

const REVISIONS_MAX = 50;

/** An item with its texts, where it was seen, and what it matched. Others than the operator see confirmed news. */
export function findItem(app: App, actor: Actor | null, id: string): Promise<Item | null> {
  const sees_all = seesWatch(actor);
  return readWatch(app, actor, async (tx) => {
    const { rows } = await sql<Omit<Item, 'sightings' | 'attachments' | 'revisions' | 'signals'>>`
      select id, title, url, document_no, issued_on::text, effective_on::text, published_at, language, text, first_seen_at,
             changed_at, revision_no, detail_state
      from item i
      where id = ${id}
        and (${sees_all}::boolean or exists (select from signal s where s.item_id = i.id and s.state = 'confirmed'))`.execute(
      tx,
    );
    const [item] = rows;
    if (!item) return null;
    const sightings = await sql<Sighting>`
      select g.source_id, n.name as source, g.url, g.first_seen_at as seen_at
      from item_sighting g left join source n on n.id = g.source_id
      where g.item_id = ${id} order by g.first_seen_at limit 100`.execute(tx);
    const attachments = await sql<Attachment>`
      select d.url, coalesce(d.title, f.file_name_given) as title, ${sees_all ? sql`d.document_id` : sql`null::uuid`} as document_id,
             d.state, coalesce(d.problem, f.problem, case when f.state = 'no_text' then 'no_text' end) as problem, x.problem as fetch_problem
      from item_document d left join document f on f.id = d.document_id
        left join item_fetch x on x.item_id = d.item_id and x.url = d.url
      where d.item_id = ${id} order by d.url limit 100`.execute(tx);
    const revisions = await sql<Revision>`
      select revision_no, title, text, ${sees_all ? sql`snapshot_id` : sql`null::uuid`} as snapshot_id, seen_at
      from item_revision where item_id = ${id} order by revision_no desc limit ${REVISIONS_MAX}`.execute(tx);
    const signals = await sql<ItemSignal>`
      select s.id, p.slug as pending_item, p.title as pending_title, p.title_zh as pending_title_zh, s.state, s.spans, s.item_revision_no
      from signal s join pending_item p on p.id = s.pending_item_id
      where s.item_id = ${id} order by s.created_at limit 100`.execute(tx);
    return {
      ...item,
      sightings: sightings.rows,
      attachments: attachments.rows,
      revisions: revisions.rows,
      signals: signals.rows,
    };
  });
}

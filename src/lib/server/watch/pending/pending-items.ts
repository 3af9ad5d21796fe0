import { sql, type RawBuilder } from 'kysely';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import { isUuid } from '#lib/domain/text/uuid.ts';
import type { PendingState } from '#lib/domain/watch/pending-item.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { readWatch, seesWatch } from '#lib/server/watch/watch-actor.ts';

export type PendingItem = {
  id: string;
  slug: string;
  title: string;
  title_zh: string | null;
  authority: string;
  authority_zh: string | null;
  state: PendingState;
  query: string;
  instrument: string | null;
  provision: string | null;
  due_on: string | null;
  reported_on: string | null;
  /** Of the operator alone; null for others. */
  owner_name: string | null;
  note: string | null;
  reference_source: string | null;
  confirmed: boolean;
  created_at: Date;
  /** When it came into its present state; null while it is in its first. */
  moved_at: Date | null;
  open_signals: number;
  /** Of the open ones, those that were stored before the query was written. */
  archive_signals: number;
  confirmed_signals: number;
  /** Its query was changed, and the archive is being matched again. */
  rematch_due: boolean;
};

export type Move = {
  id: string;
  from_state: PendingState;
  to_state: PendingState;
  is_step_back: boolean;
  note: string | null;
  snapshot_id: string | null;
  document_id: string | null;
  moved_by_name: string | null;
  moved_at: Date;
  /** What the evidence is: the title of the item, the address of the snapshot or the name of the file. */
  evidence_title: string | null;
  evidence_item_id: string | null;
};

const PENDING_MAX = 20_000;

/** A pending item by its slug or id, with its moves, the last first. */
export function findPendingItem(
  app: App,
  actor: Actor | null,
  slug_or_id: string,
): Promise<{ item: PendingItem; moves: Move[] } | null> {
  return readWatch(app, actor, async (tx) => {
    const [item] = await pendingRows(tx, actor, { where: byName(slug_or_id), limit: 1, after: null });
    return item ? { item, moves: await movesOf(tx, item.id, seesWatch(actor)) } : null;
  });
}

/** Pending items, the last written first; one more than `limit`. */
export function listPendingItems(
  app: App,
  actor: Actor | null,
  asked: { state?: PendingState; limit: number; after?: readonly [string, string] | null },
): Promise<(PendingItem & { created: string })[]> {
  const where = asked.state ? sql`p.state = ${asked.state}` : sql`true`;
  const { limit, after = null } = asked;
  return readWatch(app, actor, (tx) => pendingRows(tx, actor, { where, limit: limit + 1, after }));
}

/** All of them, for the board. */
export function allPendingItems(app: App, actor: Actor | null): Promise<PendingItem[]> {
  return readWatch(app, actor, (tx) =>
    pendingRows(tx, actor, { where: sql`true`, limit: PENDING_MAX, after: null }),
  );
}

export function byName(slug_or_id: string): RawBuilder<unknown> {
  return isUuid(slug_or_id) ? sql`p.id = ${slug_or_id}::uuid` : sql`p.slug = ${slug_or_id}`;
}

export async function pendingRows(
  tx: Tx,
  actor: Actor | null,
  {
    where,
    limit,
    after,
  }: { where: RawBuilder<unknown>; limit: number; after: readonly [string, string] | null },
): Promise<(PendingItem & { created: string })[]> {
  const { rows } = await sql<PendingItem & { created: string }>`
    select p.id, p.slug, p.title, p.title_zh, p.authority, p.authority_zh, p.state, p.query, p.instrument, p.provision,
           p.due_on::text, p.reported_on::text, p.owner_name, p.note, p.reference_source, p.confirmed, p.created_at,
           p.created_at::text as created, p.rematch_due,
           (select max(t.moved_at) from pending_item_transition t where t.pending_item_id = p.id) as moved_at,
           (select count(*) filter (where s.state = 'open')::int from signal s where s.pending_item_id = p.id) as open_signals,
           (select count(*) filter (where s.state = 'open' and s.from_archive)::int from signal s where s.pending_item_id = p.id) as archive_signals,
           (select count(*) filter (where s.state = 'confirmed')::int from signal s where s.pending_item_id = p.id) as confirmed_signals
    from pending_item p
    where ${where}
      and (${after === null} or (p.created_at, p.id) < (${after?.[0] ?? null}::timestamptz, ${after?.[1] ?? null}::uuid))
    order by p.created_at desc, p.id desc limit ${limit}`.execute(tx);
  if (seesWatch(actor)) return rows;
  // Who works on it and what is noted is the operator's own.
  return rows.map((row) => ({ ...row, owner_name: null, note: null, rematch_due: false }));
}

const MOVES_MAX = 500;

async function movesOf(tx: Tx, id: string, with_names: boolean): Promise<Move[]> {
  const { rows } = await sql<Move>`
    select t.id::text, t.from_state, t.to_state, t.is_step_back, t.note, t.snapshot_id, t.document_id, t.moved_at,
           ${with_names ? sql`t.moved_by_name` : sql`null`} as moved_by_name,
           coalesce(i.title, ${with_names ? sql`(select s.url from snapshot s where s.id = t.snapshot_id)` : sql`null`},
                    ${with_names ? sql`(select d.file_name from document d where d.id = t.document_id)` : sql`null`}) as evidence_title,
           t.item_id as evidence_item_id
    from pending_item_transition t left join item i on i.id = t.item_id
    where t.pending_item_id = ${id}
    order by t.moved_at desc, t.id desc limit ${MOVES_MAX}`.execute(tx);
  return rows;
}

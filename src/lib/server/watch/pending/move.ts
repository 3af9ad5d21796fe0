import { sql } from 'kysely';
import { z } from 'zod';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import { PENDING_STATES, stepTo, type PendingState } from '#lib/domain/watch/pending-item.ts';
import type { MatchField } from '#lib/domain/watch/query-set.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { appendEvent } from '#lib/server/events/append.ts';
import { queriesChanged } from '#lib/server/watch/matching/compiled.ts';
import { watchRefusal, type WatchRefusal } from '#lib/server/watch/refusal.ts';
import { mayWatch } from '#lib/server/watch/watch-actor.ts';
import { byName, pendingRows, type PendingItem } from './pending-items.ts';

const id = z.uuid().toLowerCase();

export const moveInput = z.strictObject({
  to_state: z.enum(PENDING_STATES),
  evidence: z
    .strictObject({
      snapshot_id: id.optional(),
      document_id: id.optional(),
      item_id: id.optional().describe('An item; its newest snapshot is what is cited.'),
    })
    .describe('What the step is read from: a snapshot or a stored document.'),
  note: z.string().trim().min(1).max(2000).nullish().describe('A step back needs one.'),
});
export type MoveInput = z.infer<typeof moveInput>;

type Evidence = { snapshot_id: string | null; document_id: string | null; item_id: string | null };
type Locked = {
  id: string;
  slug: string;
  title: string;
  title_zh: string | null;
  state: PendingState;
  instrument: string | null;
  provision: string | null;
};

/** Moves a pending item to another state, citing its evidence, and tells the subscribers in one transaction. */
export async function movePendingItem(
  app: App,
  actor: Actor,
  slug_or_id: string,
  { to_state, evidence, note = null }: MoveInput,
): Promise<{ ok: true; item: PendingItem } | WatchRefusal> {
  const refused = mayWatch(actor);
  if (refused) return refused;
  return asOperator(app.db, async (tx) => {
    const { rows } = await sql<Locked>`
      select p.id, p.slug, p.title, p.title_zh, p.state, p.instrument, p.provision
      from pending_item p where ${byName(slug_or_id)} for update`.execute(tx);
    const [before] = rows;
    if (!before) return watchRefusal('pending_unknown', { slug: slug_or_id });
    const step = stepTo(before.state, to_state, note);
    if (!step.ok)
      return watchRefusal(
        step.problem,
        { state: to_state },
        step.problem === 'same_state' ? 'to_state' : 'note',
      );
    const cited = await evidenceOf(tx, evidence);
    if (!cited.ok) return cited;
    const moved = await tx
      .insertInto('pending_item_transition')
      .values({
        pending_item_id: before.id,
        from_state: before.state,
        to_state,
        is_step_back: step.is_step_back,
        note,
        ...cited.evidence,
        moved_by: actor.id,
        moved_by_name: actor.name.slice(0, 200),
        moved_at: app.now(),
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await sql`update pending_item set state = ${to_state}, edited_at = ${app.now()} where id = ${before.id}`.execute(
      tx,
    );
    // What is withdrawn is no longer matched.
    if (before.state === 'withdrawn' || to_state === 'withdrawn') await queriesChanged(tx);
    await tell(tx, before, { move_id: String(moved.id), to_state, step, note, evidence: cited.evidence });
    const [item] = await pendingRows(tx, actor, { where: byName(before.id), limit: 1, after: null });
    return item ? { ok: true, item } : watchRefusal('pending_unknown', { slug: slug_or_id });
  });
}

async function tell(
  tx: Tx,
  before: Locked,
  move: {
    move_id: string;
    to_state: PendingState;
    step: { is_step_back: boolean };
    note: string | null;
    evidence: Evidence;
  },
): Promise<void> {
  await appendEvent(tx, {
    kind: 'pending_item.moved',
    audience: 'everyone',
    subject_id: before.id,
    unique_key: `pending_item.moved:${move.move_id}`,
    data: {
      pending_item: before.slug,
      title: before.title,
      title_zh: before.title_zh,
      from_state: before.state,
      state: move.to_state,
      is_step_back: move.step.is_step_back,
      note: move.note,
      evidence: move.evidence,
      instrument: before.instrument,
      provision: before.provision,
    },
    about: {
      pending_items: [before.slug],
      ...(before.instrument === null ? {} : { instruments: [before.instrument] }),
      ...(before.provision === null ? {} : { provisions: [before.provision] }),
    },
    texts: textsOf(before, move.note),
  });
}

/** What firms read of a move. What is cited may be an item that nobody has confirmed, and is not searched. */
function textsOf({ title, title_zh, provision }: Locked, note: string | null): MatchField[] {
  const fields = [
    { name: 'title', text: title },
    { name: 'title_zh', text: title_zh },
    { name: 'provision', text: provision === null ? null : `Clause ${provision}` },
    { name: 'note', text: note },
  ];
  return fields.flatMap(({ name, text }) => (text === null ? [] : [{ name, text }]));
}

/** That what is cited is there. A snapshot of an item cites that item too. */
async function evidenceOf(
  tx: Tx,
  cited: MoveInput['evidence'],
): Promise<{ ok: true; evidence: Evidence } | WatchRefusal> {
  const { snapshot_id = null, document_id = null, item_id = null } = cited;
  if (snapshot_id === null && document_id === null && item_id === null)
    return watchRefusal('evidence_missing', undefined, 'evidence');
  const { rows } = await sql<{
    has_document: boolean;
    has_snapshot: boolean;
    /** Whether the snapshot is one of the item: of its own texts, of a list that named it, of its page. */
    is_of_item: boolean;
    snapshot_of_item: string | null;
    item: string | null;
  }>`
    select
      exists (select from document where id = ${document_id}::uuid and firm_id is null) as has_document,
      exists (select from snapshot where id = ${snapshot_id}::uuid) as has_snapshot,
      exists (select from item_revision where item_id = ${item_id}::uuid and snapshot_id = ${snapshot_id}::uuid
              union all select from item_sighting where item_id = ${item_id}::uuid and snapshot_id = ${snapshot_id}::uuid
              union all select from item_fetch where item_id = ${item_id}::uuid and snapshot_id = ${snapshot_id}::uuid) as is_of_item,
      (select r.snapshot_id from item_revision r where r.item_id = ${item_id}::uuid and r.snapshot_id is not null
       order by r.revision_no desc limit 1) as snapshot_of_item,
      coalesce((select id from item where id = ${item_id}::uuid),
               (select item_id from item_revision where snapshot_id = ${snapshot_id}::uuid group by item_id having
                  (select count(distinct item_id) from item_revision where snapshot_id = ${snapshot_id}::uuid) = 1 limit 1)) as item`.execute(
    tx,
  );
  const found = rows[0];
  const is_known =
    (document_id === null || found?.has_document) &&
    (snapshot_id === null || found?.has_snapshot) &&
    (item_id === null || found?.item === item_id);
  if (is_known && snapshot_id !== null && item_id !== null && !found?.is_of_item)
    return watchRefusal('evidence_apart', undefined, 'evidence');
  const snapshot = snapshot_id ?? found?.snapshot_of_item ?? null;
  if (!is_known || (snapshot === null && document_id === null))
    return watchRefusal('evidence_unknown', undefined, 'evidence');
  return { ok: true, evidence: { snapshot_id: snapshot, document_id, item_id: found?.item ?? null } };
}

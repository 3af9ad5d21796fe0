import { sql } from 'kysely';
import { z } from 'zod';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import { SIGNAL_DECISIONS, type SignalState } from '#lib/domain/watch/pending-item.ts';
import { suggestExclusions, type Exclusion } from '#lib/domain/watch/suggest-exclusion.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { appendEvent } from '#lib/server/events/append.ts';
import { fieldsOf } from '#lib/server/watch/matching/match-items.ts';
import { watchRefusal, type WatchRefusal } from '#lib/server/watch/refusal.ts';
import { mayWatch } from '#lib/server/watch/watch-actor.ts';
import { readSignal, type Signal } from './signals.ts';

export const decisionInput = z.strictObject({
  decision: z.enum(SIGNAL_DECISIONS),
  reason: z
    .string()
    .trim()
    .min(1)
    .max(2000)
    .nullish()
    .describe('Kept with the record; to change a decision one is needed.'),
});
export type DecisionInput = z.infer<typeof decisionInput>;

type Decided = { ok: true; signal: Signal; suggested_exclusions: Exclusion[] } | WatchRefusal;

/**
 * Decides what a signal is worth. Confirmed news are told to subscribers, once, in the same transaction. The same
 * decision again changes nothing; another one says why.
 */
export async function decideSignal(
  app: App,
  actor: Actor,
  id: string,
  { decision, reason = null }: DecisionInput,
): Promise<Decided> {
  const refused = mayWatch(actor);
  if (refused) return refused;
  return asOperator(app.db, async (tx) => {
    const { rows } = await sql<{
      state: SignalState;
    }>`select state from signal where id = ${id} for update`.execute(tx);
    const [before] = rows;
    if (!before) return watchRefusal('signal_unknown');
    if (before.state !== 'open' && before.state !== decision && reason === null)
      return watchRefusal('reason_missing', { state: before.state }, 'reason');
    if (before.state !== decision)
      await sql`
        update signal set state = ${decision}, reason = ${reason}, decided_by = ${actor.id},
          decided_by_name = ${actor.name.slice(0, 200)}, decided_at = ${app.now()}
        where id = ${id}`.execute(tx);
    const signal = await readSignal(tx, id);
    if (!signal) return watchRefusal('signal_unknown');
    if (decision === 'confirmed') await tell(tx, signal);
    const suggested_exclusions = decision === 'dismissed' ? await exclusionsFor(tx, signal) : [];
    return { ok: true, signal, suggested_exclusions };
  });
}

async function tell(tx: Tx, { id, pending_item, item, reason }: Signal): Promise<void> {
  const { slug, title, title_zh, instrument, provision } = pending_item;
  const told = await tx
    .selectFrom('item')
    .select(['title', 'document_no', 'text'])
    .where('id', '=', item.id)
    .executeTakeFirstOrThrow();
  await appendEvent(tx, {
    kind: 'signal.confirmed',
    audience: 'everyone',
    subject_id: id,
    unique_key: `signal.confirmed:${id}`,
    data: {
      title: item.title,
      pending_item: slug,
      pending_item_title: title,
      pending_item_title_zh: title_zh,
      item: {
        id: item.id,
        title: item.title,
        url: item.url,
        document_no: item.document_no,
        issued_on: item.issued_on,
        effective_on: item.effective_on,
      },
      reason,
      instrument,
      provision,
    },
    about: {
      pending_items: [slug],
      ...(instrument === null ? {} : { instruments: [instrument] }),
      ...(provision === null ? {} : { provisions: [provision] }),
    },
    texts: fieldsOf(told),
  });
}

/** The suggestions for a signal that was dismissed; none for another one. */
export function suggestionsFor(
  app: App,
  actor: Actor,
  id: string,
): Promise<{ pending_item: Signal['pending_item']; exclusions: Exclusion[] } | null> {
  if (mayWatch(actor)) return Promise.resolve(null);
  return asOperator(app.db, async (tx) => {
    const signal = await readSignal(tx, id);
    if (signal?.state !== 'dismissed') return null;
    return { pending_item: signal.pending_item, exclusions: await exclusionsFor(tx, signal) };
  });
}

/** The newest of what was decided; older judgements say less about the query of today. */
const JUDGED_MAX = 100;
/** Titles that show which words are common in what is announced. */
const ANNOUNCED_MAX = 1_000;

type JudgedRow = { item_id: string; state: SignalState; title: string; text: string; query: string };

/** What a NOT could have spared, from the title of a dismissed signal's item. */
async function exclusionsFor(tx: Tx, signal: Signal): Promise<Exclusion[]> {
  const { rows } = await sql<JudgedRow>`
    select s.item_id, s.state, i.title, left(i.text, 20000) as text, p.query
    from signal s join item i on i.id = s.item_id join pending_item p on p.id = s.pending_item_id
    where p.slug = ${signal.pending_item.slug} and s.state in ('dismissed', 'confirmed')
    order by (s.item_id = ${signal.item.id}) desc, s.decided_at desc limit ${JUDGED_MAX}`.execute(tx);
  const own = rows.find(({ item_id }) => item_id === signal.item.id);
  if (!own) return [];
  const announced = await sql<{ title: string }>`
    select title from item where merged_into is null order by first_seen_at desc limit ${ANNOUNCED_MAX}`.execute(
    tx,
  );
  return suggestExclusions(own.query, own, {
    announced: announced.rows.map(({ title }) => title),
    dismissed: rows.filter(({ state }) => state === 'dismissed'),
    confirmed: rows.filter(({ state }) => state === 'confirmed'),
  });
}

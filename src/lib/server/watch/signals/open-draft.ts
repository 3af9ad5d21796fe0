import { sql } from 'kysely';
import { z } from 'zod';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import { splitClauses } from '#lib/domain/rules/split-clauses.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { draftInput, PROVISIONS_MAX, type DraftInput } from '#lib/server/rules/draft-input.ts';
import { insertDraft } from '#lib/server/rules/draft.ts';
import type { RuleRefusal } from '#lib/server/rules/refusal.ts';
import { mayDraft, ruleActorOf } from '#lib/server/rules/rule-actor.ts';
import { watchRefusal, type WatchRefusal } from '#lib/server/watch/refusal.ts';
import { readSignal, type Signal } from './signals.ts';

export const openDraftInput = z.strictObject({
  instrument: z.string().trim().min(1).max(63).optional().describe("The pending item's own unless said."),
  label: z.string().trim().min(1).max(200).optional(),
});

type Opened =
  | { ok: true; version_id: string; instrument: string }
  | { ok: false; of: 'watch'; refusal: WatchRefusal }
  | { ok: false; of: 'rules'; refusal: RuleRefusal };

/**
 * Opens a draft of a rule from a confirmed signal, filled from the document that it found: title, days, address,
 * snapshot, and its text cut by its numbering. A person reads and completes it; nothing is approved by this.
 */
export async function openDraft(
  app: App,
  actor: Actor,
  id: string,
  asked: z.infer<typeof openDraftInput>,
): Promise<Opened> {
  const refused = mayDraft(actor);
  if (refused) return { ok: false, of: 'rules', refusal: refused };
  return asOperator(app.db, async (tx): Promise<Opened> => {
    await sql`select from signal where id = ${id} for update`.execute(tx);
    const signal = await readSignal(tx, id);
    const problem = problemOf(signal, asked.instrument);
    if (!signal || problem)
      return { ok: false, of: 'watch', refusal: problem ?? watchRefusal('signal_unknown') };
    const instrument = asked.instrument ?? signal.pending_item.instrument ?? '';
    const input = await draftOf(tx, signal, asked.label);
    const drafted = await insertDraft(tx, { by: ruleActorOf(actor), at: app.now(), slug: instrument, input });
    if (!drafted.ok) return { ok: false, of: 'rules', refusal: drafted };
    const version_id = drafted.version.id;
    await sql`update signal set draft_version_id = ${version_id} where id = ${id}`.execute(tx);
    return { ok: true, version_id, instrument };
  });
}

function problemOf(signal: Signal | null, instrument: string | undefined): WatchRefusal | null {
  if (!signal) return watchRefusal('signal_unknown');
  if (signal.state !== 'confirmed') return watchRefusal('not_confirmed');
  if (signal.draft_version_id !== null) return watchRefusal('draft_opened');
  if (!instrument && signal.pending_item.instrument === null)
    return watchRefusal('instrument_missing', undefined, 'instrument');
  return null;
}

async function draftOf(tx: Tx, { item, pending_item }: Signal, label?: string): Promise<DraftInput> {
  const { rows } = await sql<{ text: string; snapshot_id: string | null; source: string | null }>`
    select i.text,
           (select r.snapshot_id from item_revision r where r.item_id = i.id and r.snapshot_id is not null
            order by r.revision_no desc limit 1) as snapshot_id,
           (select n.name from item_sighting g join source n on n.id = g.source_id where g.item_id = i.id
            order by g.first_seen_at limit 1) as source
    from item i where i.id = ${item.id}`.execute(tx);
  const { text = '', snapshot_id = null, source = null } = rows[0] ?? {};
  const language = item.language?.startsWith('en') ? ('en' as const) : ('zh-CN' as const);
  const cut = splitClauses(text).provisions.slice(0, PROVISIONS_MAX);
  const whole = pending_item.provision ?? '1';
  const provisions =
    cut.length > 0 ? cut.map(({ path, title, text: body }) => ({ path, title, text: body, language })) : [];
  return draftInput.parse({
    label: label ?? (item.document_no ?? item.title).slice(0, 200),
    title: item.title.slice(0, 500),
    issued_on: item.issued_on,
    valid_from: item.effective_on,
    source_url: item.url,
    source_title: source,
    snapshot_id,
    confirmed: false,
    provisions: provisions.length > 0 || text.trim() === '' ? provisions : [{ path: whole, text, language }],
    without_text: text.trim() === '',
  });
}

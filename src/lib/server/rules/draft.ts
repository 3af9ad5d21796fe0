import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import { edit } from '#lib/domain/rules/version.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { composeDraft, type Composed } from './compose-draft.ts';
import { contentSha256 } from './content.ts';
import type { DraftInput, DraftPatch } from './draft-input.ts';
import { ruleRefusal, type RuleRefusal } from './refusal.ts';
import { mayDraft, ruleActorOf, type RuleActor } from './rule-actor.ts';
import { recordAct } from './record-act.ts';
import { readInstrument, readVersion, type StoredVersion } from './version.ts';

/** Rows of one statement; 13 values each stay far below the 65,535 that a statement may carry. */
const PROVISIONS_AT_ONCE = 1_000;

type Drafted = { ok: true; version: StoredVersion } | RuleRefusal;

/** Makes a draft of an instrument, from scratch or from one of its versions. */
export async function createDraft(app: App, actor: Actor, slug: string, input: DraftInput): Promise<Drafted> {
  const refused = mayDraft(actor);
  if (refused) return refused;
  return asOperator(app.db, (tx) => insertDraft(tx, { by: ruleActorOf(actor), at: app.now(), slug, input }));
}

/** Within a transaction of the operator, by somebody whose right was checked. */
export async function insertDraft(
  tx: Tx,
  { by, at, slug, input }: { by: RuleActor; at: Date; slug: string; input: DraftInput },
): Promise<Drafted> {
  const { based_on = null, ...fields } = input;
  const instrument = await readInstrument(tx, slug);
  if (!instrument) return ruleRefusal('instrument_unknown', { slug });
  const base = based_on === null ? null : await readVersion(tx, based_on);
  if (based_on !== null && base?.instrument.slug !== slug)
    return ruleRefusal('based_on_unknown', { slug }, 'based_on');
  // What the base corrected, it corrected; its copy is an amendment unless it says otherwise.
  const before = base && { ...base, corrects: null };
  const id = randomUUID();
  const composed = await composeDraft(tx, { id, instrument, before, based_on, fields });
  if (!composed.ok) return composed;
  const { draft } = composed;
  await tx
    .insertInto('rule_version')
    .values({ id, instrument_id: instrument.id, based_on, ...columnsOf(draft) })
    .execute();
  await writeParts(tx, draft);
  if (draft.source_url !== null || draft.document_id !== null || draft.snapshot_id !== null)
    await recordAct(tx, { version_id: id, act: 'captured', by, at });
  await recordAct(tx, { version_id: id, act: 'drafted', by, at });
  return stored(tx, id);
}

/**
 * Changes a draft. Whoever edited another revision than the one that stands is refused, so that nobody's
 * work is lost; an approved text becomes a draft again.
 */
export async function editDraft(app: App, actor: Actor, id: string, patch: DraftPatch): Promise<Drafted> {
  const refused = mayDraft(actor);
  if (refused) return refused;
  const by = ruleActorOf(actor);
  return asOperator(app.db, async (tx) => {
    await lockVersion(tx, id);
    const before = await readVersion(tx, id);
    if (!before) return ruleRefusal('version_unknown');
    const { revision, ...fields } = patch;
    const editable = edit({ workflow: before.workflow, drafted_by: '', approved_by: null }, by.id);
    if (!editable.ok) return ruleRefusal(editable.reason, { label: before.label });
    if (revision !== before.revision) return staleRefusal(before, revision);
    const { instrument, based_on } = before;
    const composed = await composeDraft(tx, { id, instrument, before, based_on, fields });
    if (!composed.ok) return composed;
    const { draft } = composed;
    await tx
      .updateTable('rule_version')
      .set({
        state: editable.value.workflow,
        revision: revision + 1,
        updated_at: app.now(),
        ...columnsOf(draft),
      })
      .where('id', '=', id)
      .execute();
    await tx.deleteFrom('provision').where('version_id', '=', id).execute();
    await tx.deleteFrom('annex_line').where('version_id', '=', id).execute();
    await tx.deleteFrom('rule_relation').where('version_id', '=', id).execute();
    await writeParts(tx, draft);
    await recordAct(tx, { version_id: id, act: 'edited', by, at: app.now() });
    return stored(tx, id);
  });
}

/** Holds the version until the transaction ends, so that two acts on it come one after the other. */
export async function lockVersion(tx: Tx, id: string): Promise<void> {
  await sql`select from rule_version where id = ${id} for update`.execute(tx);
}

function staleRefusal(before: StoredVersion, revision: number): RuleRefusal {
  const last = before.acts.findLast(({ act }) => act === 'edited' || act === 'drafted');
  return ruleRefusal(
    'revision_stale',
    { revision, current: before.revision, name: last?.actor.name ?? '' },
    'revision',
  );
}

async function stored(tx: Tx, id: string): Promise<Drafted> {
  const version = await readVersion(tx, id);
  if (!version) throw new Error(`version ${id} was written and cannot be read`);
  return { ok: true, version };
}

function columnsOf(draft: Composed) {
  const {
    parameters,
    instrument: _instrument,
    provisions: _provisions,
    relations: _relations,
    annex: _annex,
    ...rest
  } = draft;
  const { id: _id, based_on: _based_on, topics, ...columns } = rest;
  return {
    ...columns,
    topics: [...topics],
    parameters: parameters === null ? null : JSON.stringify(parameters),
    content_sha256: contentSha256(draft),
  };
}

async function writeParts(tx: Tx, draft: Composed): Promise<void> {
  const rows = draft.provisions.map(({ translation_is_older: _, ...provision }, index) => ({
    ...provision,
    version_id: draft.id,
    position: index + 1,
  }));
  for (let from = 0; from < rows.length; from += PROVISIONS_AT_ONCE)
    await tx
      .insertInto('provision')
      .values(rows.slice(from, from + PROVISIONS_AT_ONCE))
      .execute();
  const annex = (draft.annex ?? []).map((line) => ({ ...line, version_id: draft.id }));
  if (annex.length > 0) await tx.insertInto('annex_line').values(annex).execute();
  if (draft.relations.length === 0) return;
  await tx
    .insertInto('rule_relation')
    .values(
      draft.relations.map(({ paths, ...relation }, index) => ({
        ...relation,
        paths: [...paths],
        version_id: draft.id,
        position: index + 1,
      })),
    )
    .execute();
}

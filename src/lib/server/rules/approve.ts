import type { Actor } from '#lib/domain/accounts/actor.ts';
import { approve } from '#lib/domain/rules/version.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { contentSha256 } from './content.ts';
import { lockVersion } from './draft.ts';
import { recordAct } from './record-act.ts';
import { ruleRefusal, type RuleRefusal } from './refusal.ts';
import { mayDecide, ruleActorOf, type RuleActor } from './rule-actor.ts';
import { allowsOnePerson } from './setting.ts';
import { readVersion, type StoredVersion } from './version.ts';

export type Decided = { ok: true; version: StoredVersion } | RuleRefusal;

/**
 * Approves the draft as it stands. Whoever wrote any of it approves it only where the operator lets one person
 * do both, and then the record says so. `revision` is the one that the approver read.
 */
export async function approveVersion(
  app: App,
  actor: Actor,
  { id, revision }: { id: string; revision?: number | null },
): Promise<Decided> {
  const refused = mayDecide(actor);
  if (refused) return refused;
  return asOperator(app.db, async (tx) => {
    const allows_one_person = await allowsOnePerson(tx);
    return approveIn(tx, { by: ruleActorOf(actor), at: app.now(), id, revision, allows_one_person });
  });
}

/** Within a transaction of the operator, by somebody whose right was checked. */
export async function approveIn(
  tx: Tx,
  given: { by: RuleActor; at: Date; id: string; revision?: number | null; allows_one_person: boolean },
): Promise<Decided> {
  const { by, at, id, revision, allows_one_person } = given;
  await lockVersion(tx, id);
  const version = await readVersion(tx, id);
  if (!version) return ruleRefusal('version_unknown');
  const is_author = version.acts.some(
    ({ act, actor }) => (act === 'drafted' || act === 'edited') && actor.id === by.id,
  );
  const drafted_by = is_author ? by.id : '';
  const approved = approve({ workflow: version.workflow, drafted_by, approved_by: null }, by.id, {
    allows_one_person,
  });
  if (!approved.ok) return ruleRefusal(approved.reason, { label: version.label });
  if (revision && revision !== version.revision)
    return ruleRefusal('revision_stale', {
      revision,
      current: version.revision,
      name: version.acts.findLast(({ act }) => act === 'edited')?.actor.name ?? '',
    });
  const content_sha256 = contentSha256(version);
  await recordAct(tx, { version_id: id, act: 'approved', by, at, content_sha256 });
  await tx
    .updateTable('rule_version')
    .set({ state: 'approved', updated_at: at })
    .where('id', '=', id)
    .execute();
  return decided(tx, id);
}

/** The version as it stands after the act. */
export async function decided(tx: Tx, id: string): Promise<Decided> {
  const version = await readVersion(tx, id);
  return version ? { ok: true, version } : ruleRefusal('version_unknown');
}

import type { Actor } from '#lib/domain/accounts/actor.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { ruleRefusal, type RuleRefusal } from './refusal.ts';
import { seesDrafts } from './rule-actor.ts';

export type RuleSetting = { allows_one_person: boolean; changed_at: Date; changed_by: string | null };
type Found = { ok: true; setting: RuleSetting } | RuleRefusal;

/** Whether an author may approve the own text. */
export async function allowsOnePerson(tx: Tx): Promise<boolean> {
  return (await readSetting(tx)).allows_one_person;
}

/** How the operator works with rules. */
export async function ruleSetting(app: App, actor: Actor): Promise<Found> {
  if (!seesDrafts(actor)) return ruleRefusal('may_not_administer');
  return { ok: true, setting: await asOperator(app.db, readSetting) };
}

/** Lets one person do both, or no longer; approvals that were given stay as they are. */
export async function changeRuleSetting(
  app: App,
  actor: Actor,
  change: { allows_one_person: boolean },
): Promise<Found> {
  if (!actor.operator_scopes.includes('admin')) return ruleRefusal('may_not_administer');
  return asOperator(app.db, async (tx) => {
    await tx
      .updateTable('rule_setting')
      .set({ ...change, changed_at: app.now(), changed_by: actor.name })
      .execute();
    return { ok: true, setting: await readSetting(tx) };
  });
}

function readSetting(tx: Tx): Promise<RuleSetting> {
  return tx
    .selectFrom('rule_setting')
    .select(['allows_one_person', 'changed_at', 'changed_by'])
    .limit(1)
    .executeTakeFirstOrThrow();
}

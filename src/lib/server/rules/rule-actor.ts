import type { Actor } from '#lib/domain/accounts/actor.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { ruleRefusal, type RuleRefusal } from './refusal.ts';

/** Who did something with a version. `reference` is the installation's own reference data. */
export type RuleActor = { kind: 'person' | 'key' | 'reference'; id: string; name: string };

/**
 * Analysts draft and approvers decide (approve, publish, withdraw), both with `rules:write`. A key has no role:
 * its scope is enough, and it is an actor of its own.
 */
export function mayDraft(actor: Actor): RuleRefusal | null {
  return holds(actor, 'analyst') ? null : ruleRefusal('may_not_draft');
}

export function mayDecide(actor: Actor): RuleRefusal | null {
  return holds(actor, 'approver') ? null : ruleRefusal('may_not_decide');
}

function holds(actor: Actor, role: 'analyst' | 'approver'): boolean {
  if (!actor.operator_scopes.includes('rules:write')) return false;
  return actor.kind === 'key' || actor.operator_roles.includes(role);
}

export function ruleActorOf({ kind, id, name }: Actor): RuleActor {
  return { kind, id, name };
}

/** Whether this actor sees drafts; everybody else sees what was published. */
export function seesDrafts(actor: Actor | null): boolean {
  return actor?.operator_scopes.includes('rules:read') ?? false;
}

/** Reads as the actor may: the operator everything, others (nobody too) what the row policies show them. */
export function readRules<T>(app: App, actor: Actor | null, work: (tx: Tx) => Promise<T>): Promise<T> {
  return seesDrafts(actor) ? asOperator(app.db, work) : readPublished(app, work);
}

/** Reads what is published, for whomever it is. */
export function readPublished<T>(app: Pick<App, 'db'>, work: (tx: Tx) => Promise<T>): Promise<T> {
  return app.db.transaction().execute(work);
}

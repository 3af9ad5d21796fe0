import type { Actor } from '#lib/domain/accounts/actor.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { watchRefusal, type WatchRefusal } from './refusal.ts';

export const READ = { scope: 'watch:read', side: 'either' } as const;
export const OPERATOR_READ = { scope: 'watch:read', side: 'operator' } as const;
export const WRITE = { scope: 'watch:write', side: 'operator' } as const;

/** Whether this actor sees signals that nobody has decided, drafts and dismissals; firms see what was confirmed. */
export function seesWatch(actor: Actor | null): boolean {
  return actor?.operator_scopes.includes('watch:read') ?? false;
}

export function mayWatch(actor: Actor): WatchRefusal | null {
  return actor.operator_scopes.includes('watch:write') ? null : watchRefusal('may_not_watch');
}

/** Reads as the actor may: the operator everything, others what the row policies show them. */
export function readWatch<T>(app: App, actor: Actor | null, work: (tx: Tx) => Promise<T>): Promise<T> {
  return seesWatch(actor) ? asOperator(app.db, work) : app.db.transaction().execute(work);
}

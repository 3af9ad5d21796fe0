import { sql } from 'kysely';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import type { App } from '#lib/server/app.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { mayWatch } from '#lib/server/watch/watch-actor.ts';
import type { WatchRefusal } from '#lib/server/watch/refusal.ts';

/** A slip of the hand is noticed at once; what stands longer is a decision, and another one says why. */
const UNDO_MINUTES = 15;

/**
 * Takes back what the actor themselves just dismissed or called a duplicate, so that it waits again. What was
 * confirmed stays: subscribers have been told.
 */
export async function undoDecisions(
  app: App,
  actor: Actor,
  ids: readonly string[],
): Promise<{ ok: true; undone: number } | WatchRefusal> {
  const refused = mayWatch(actor);
  if (refused) return refused;
  return asOperator(app.db, async (tx) => {
    const since = new Date(app.now().getTime() - UNDO_MINUTES * 60_000);
    const { numAffectedRows } = await sql`
      update signal set state = 'open', reason = null, decided_by = null, decided_by_name = null, decided_at = null
      where id = any(${ids}::uuid[]) and state in ('dismissed', 'duplicate')
        and decided_by = ${actor.id} and decided_at >= ${since}`.execute(tx);
    return { ok: true, undone: Number(numAffectedRows ?? 0) };
  });
}

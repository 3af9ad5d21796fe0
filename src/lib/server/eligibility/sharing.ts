import { sql } from 'kysely';
import type { App } from '#lib/server/app.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { readDecision, type DecisionRow } from './decision-log.ts';

/** Shows a decision to whoever has its link. False where the firm has no such decision. */
export async function shareDecision(
  app: App,
  whose: { firm_id: string; actor_id: string },
  decision_id: string,
): Promise<boolean> {
  return inFirm(app.db, whose.firm_id, async (tx) => {
    if (!(await readDecision(tx, decision_id))) return false;
    await tx
      .insertInto('eligibility_share')
      .values({ decision_id, firm_id: whose.firm_id, shared_by: whose.actor_id })
      .onConflict((conflict) => conflict.column('decision_id').doNothing())
      .execute();
    return true;
  });
}

/** Takes the link away again. False where the firm has no such decision. */
export async function unshareDecision(app: App, firm_id: string, decision_id: string): Promise<boolean> {
  return inFirm(app.db, firm_id, async (tx) => {
    if (!(await readDecision(tx, decision_id))) return false;
    await tx.deleteFrom('eligibility_share').where('decision_id', '=', decision_id).execute();
    return true;
  });
}

export type SharedDecision = { row: DecisionRow; firm_name: string };

/**
 * The decision of a link, for anybody, while its firm shares it; else null, as for an id that never was. The
 * transaction sees this one row and no other of any firm.
 */
export async function sharedDecision(
  app: Pick<App, 'db'>,
  decision_id: string,
): Promise<SharedDecision | null> {
  return app.db.transaction().execute(async (tx) => {
    await sql`select set_config('app.verify_id', ${decision_id}, true)`.execute(tx);
    const row = await readDecision(tx, decision_id);
    if (!row) return null;
    const { rows } = await sql<{ name: string }>`
      select name from auth.firm where id = ${row.firm_id} limit 1`.execute(tx);
    return { row, firm_name: rows[0]?.name ?? '' };
  });
}

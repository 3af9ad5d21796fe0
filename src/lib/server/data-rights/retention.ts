import { sql } from 'kysely';
import type { App } from '#lib/server/app.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';

/** Kinds of record for which a firm says how long they are kept. */
export const RETAINED_KINDS = ['audit_log'] as const;
export type RetainedKind = (typeof RETAINED_KINDS)[number];
/** The lawful minimum of the log is a firm's own matter; a month keeps what is just being looked into. */
export const KEEP_DAYS_MIN = 30;
export const KEEP_DAYS_MAX = 36_500;
const ROWS_AT_ONCE = 5_000;

/** How many days each kind is kept; null is for ever. */
export async function retentionOf(app: App, firm_id: string): Promise<Record<RetainedKind, number | null>> {
  const rows = await inFirm(app.db, firm_id, (tx) =>
    tx.selectFrom('retention').select(['kind', 'keep_days']).where('firm_id', '=', firm_id).execute(),
  );
  return { audit_log: rows.find(({ kind }) => kind === 'audit_log')?.keep_days ?? null };
}

/** The days as somebody wrote them: empty is for ever; undefined is no number of days that can be kept. */
export function readKeepDays(written: string): number | null | undefined {
  if (written.trim() === '') return null;
  const days = Number(written);
  return Number.isInteger(days) && days >= KEEP_DAYS_MIN && days <= KEEP_DAYS_MAX ? days : undefined;
}

export async function keepFor(
  app: App,
  firm_id: string,
  kind: RetainedKind,
  keep_days: number | null,
): Promise<void> {
  await inFirm(app.db, firm_id, async (tx) => {
    if (keep_days === null) {
      await tx.deleteFrom('retention').where('firm_id', '=', firm_id).where('kind', '=', kind).execute();
      return;
    }
    await tx
      .insertInto('retention')
      .values({ firm_id, kind, keep_days })
      .onConflict((conflict) =>
        conflict.columns(['firm_id', 'kind']).doUpdateSet({ keep_days, updated_at: app.now() }),
      )
      .execute();
  });
}

/** Erases what is past its time, as the worker. The rows of the log stay, with their links, and name nobody. */
export async function eraseOutlived(app: Pick<App, 'db'>, now: Date): Promise<{ audit_rows_erased: number }> {
  const { numAffectedRows } = await sql`
    update audit_entry set erased_at = ${now}, actor_id = null, actor_name = null, subject = null, detail = '{}',
      address = null, user_agent = null
    where id in (
      select e.id from audit_entry e join retention r on r.firm_id = e.firm_id and r.kind = 'audit_log'
      where e.erased_at is null and e.sequence is not null
        and e.occurred_at < ${now}::timestamptz - make_interval(days => r.keep_days)
      order by e.occurred_at limit ${ROWS_AT_ONCE})`.execute(app.db);
  return { audit_rows_erased: Number(numAffectedRows ?? 0) };
}

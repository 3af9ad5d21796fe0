import type { App } from '#lib/server/app.ts';
import { asOperator, inFirm } from '#lib/server/db/tenancy.ts';

/** Kinds of record for which a firm says how long they are kept. */
export const RETAINED_KINDS = [
  'clearance_records',
  'decisions',
  'report_files',
  'alerts',
  'deliveries',
  'audit_log',
] as const;
export type RetainedKind = (typeof RETAINED_KINDS)[number];
/** A month keeps what is just being looked into; everything above is a firm's own matter, or its law's. */
export const KEEP_DAYS_MIN = 30;
export const KEEP_DAYS_MAX = 36_500;

/** How many days each kind is kept; null, as long as nobody said otherwise, is for ever. */
export type Retention = Record<RetainedKind, number | null>;

export async function retentionOf(app: App, firm_id: string): Promise<Retention> {
  const rows = await inFirm(app.db, firm_id, (tx) =>
    tx.selectFrom('retention').select(['kind', 'keep_days']).where('firm_id', '=', firm_id).execute(),
  );
  const days = (kind: RetainedKind) => rows.find((row) => row.kind === kind)?.keep_days ?? null;
  return {
    clearance_records: days('clearance_records'),
    decisions: days('decisions'),
    report_files: days('report_files'),
    alerts: days('alerts'),
    deliveries: days('deliveries'),
    audit_log: days('audit_log'),
  };
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

/** How many days the operator keeps what sources answered; null is for ever. */
export async function snapshotsKept(app: App): Promise<number | null> {
  const found = await asOperator(app.db, (tx) =>
    tx
      .selectFrom('operator_retention')
      .select('keep_days')
      .where('kind', '=', 'snapshots')
      .executeTakeFirst(),
  );
  return found?.keep_days ?? null;
}

export async function keepSnapshotsFor(app: App, keep_days: number | null): Promise<void> {
  await asOperator(app.db, async (tx) => {
    if (keep_days === null) {
      await tx.deleteFrom('operator_retention').where('kind', '=', 'snapshots').execute();
      return;
    }
    await tx
      .insertInto('operator_retention')
      .values({ kind: 'snapshots', keep_days })
      .onConflict((conflict) => conflict.column('kind').doUpdateSet({ keep_days, updated_at: app.now() }))
      .execute();
  });
}

import { sql } from 'kysely';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { mailboxesOf } from '#lib/server/accounts/mailboxes.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { alertRefusal, type AlertRefusal } from './refusal.ts';

/** When an alert that nobody acknowledged is told to whom, counted in days before its day of force. */
export type Escalation = {
  /** Null: the owners and compliance managers. */
  deputy_id: string | null;
  /** Null: not at all. */
  deputy_days: number | null;
  executive_days: number | null;
  /** Each of them has as long before the next one is told. */
  patience_hours: number;
};
export type StoredEscalation = Escalation & { is_default: boolean };

export const ESCALATION_DAYS_MAX = 365;
export const PATIENCE_HOURS_MAX = 720;

export function readEscalation(app: App, { firm }: { firm: Firm }): Promise<StoredEscalation> {
  return inFirm(app.db, firm.id, settingOf);
}

/** A firm's own days; the deputy is somebody of the firm, and told before the executive. */
export async function setEscalation(
  app: App,
  { firm }: { firm: Firm },
  { deputy_id, deputy_days, executive_days, patience_hours }: Escalation,
): Promise<{ ok: true; escalation: StoredEscalation } | AlertRefusal> {
  if (deputy_days !== null && executive_days !== null && executive_days > deputy_days)
    return alertRefusal('executive_before_deputy', 'executive_days');
  if (
    deputy_id !== null &&
    (await mailboxesOf(app.db, [{ firm_id: firm.id, user_id: deputy_id }])).length === 0
  )
    return alertRefusal('member_unknown', 'deputy_id');
  const days = { deputy_id, deputy_days, executive_days, patience_hours };
  return inFirm(app.db, firm.id, async (tx) => {
    await tx
      .insertInto('escalation_setting')
      .values({ firm_id: firm.id, ...days })
      .onConflict((conflict) =>
        conflict.column('firm_id').doUpdateSet({ ...days, updated_at: sql<Date>`now()` }),
      )
      .execute();
    return { ok: true, escalation: await settingOf(tx) };
  });
}

/** Back to the days that hold for everybody. */
export async function resetEscalation(app: App, { firm }: { firm: Firm }): Promise<void> {
  await inFirm(app.db, firm.id, (tx) =>
    tx.deleteFrom('escalation_setting').where('firm_id', '=', firm.id).execute(),
  );
}

async function settingOf(tx: Tx): Promise<StoredEscalation> {
  const { rows } = await sql<StoredEscalation>`
    select deputy_id, deputy_days, executive_days, patience_hours, firm_id is null as is_default
    from escalation_setting order by firm_id nulls last limit 1`.execute(tx);
  const [row] = rows;
  if (!row) throw new Error('the days of escalation that hold for everybody are missing');
  return row;
}

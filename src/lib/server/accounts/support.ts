import type { App } from '#lib/server/app.ts';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { FIRM_COLUMNS } from './firms.ts';
import { refusal, type Refusal } from './refusal.ts';

export type SupportAccess = {
  id: string;
  reason: string;
  created_at: Date;
  expires_at: Date;
  given_by: string | null;
};

/** Long enough to look into a matter, short enough not to be forgotten. */
export const SUPPORT_HOURS = [1, 4, 24, 72] as const;
const REASON_LENGTH_MAX = 500;
const HOUR_MS = 3_600_000;
const LISTED_MAX = 50;

/** Lets the operator's administrators read the firm's pages for some hours. Each page they open is written down. */
export async function giveSupportAccess(
  app: App,
  input: { firm_id: string; by: string; hours: number; reason: string },
): Promise<{ ok: true } | Refusal> {
  const hours = SUPPORT_HOURS.find((one) => one === input.hours);
  const reason = input.reason.trim();
  if (!hours) return refusal('support_hours', 'hours');
  if (!reason || reason.length > REASON_LENGTH_MAX)
    return refusal('reason_missing', 'reason', { max: REASON_LENGTH_MAX });
  const now = app.now();
  await app.db
    .insertInto('auth.support_access')
    .values({
      ...{ firm_id: input.firm_id, reason, given_by: input.by, created_at: now },
      expires_at: new Date(now.getTime() + hours * HOUR_MS),
    })
    .execute();
  return { ok: true };
}

/** Ends every access that stands. */
export async function endSupportAccess(app: App, firm_id: string): Promise<void> {
  const now = app.now();
  await app.db
    .updateTable('auth.support_access')
    .set({ revoked_at: now })
    .where('firm_id', '=', firm_id)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .execute();
  app.accounts.sessions.clear();
}

/** What stands now. */
export async function standingSupport(app: App, firm_id: string): Promise<SupportAccess[]> {
  return app.db
    .selectFrom('auth.support_access as s')
    .leftJoin('auth.user as u', 'u.id', 's.given_by')
    .select(['s.id', 's.reason', 's.created_at', 's.expires_at', 'u.name as given_by'])
    .where('s.firm_id', '=', firm_id)
    .where('s.revoked_at', 'is', null)
    .where('s.expires_at', '>', app.now())
    .orderBy('s.expires_at', 'desc')
    .limit(LISTED_MAX)
    .execute();
}

/** The firms that let the operator's administrators in just now. */
export async function supportedFirms(app: App): Promise<(Firm & { expires_at: Date })[]> {
  return app.db
    .selectFrom('auth.support_access as s')
    .innerJoin('auth.firm', 'auth.firm.id', 's.firm_id')
    .select([...FIRM_COLUMNS, (eb) => eb.fn.max('s.expires_at').as('expires_at')])
    .where('s.revoked_at', 'is', null)
    .where('s.expires_at', '>', app.now())
    .where('auth.firm.suspended_at', 'is', null)
    .groupBy('auth.firm.id')
    .orderBy('auth.firm.slug')
    .limit(LISTED_MAX)
    .execute();
}

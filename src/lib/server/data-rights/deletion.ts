import { sql } from 'kysely';
import type { App } from '#lib/server/app.ts';
import { refusal, type Refusal } from '#lib/server/accounts/refusal.ts';
import { forgetRecords } from '#lib/server/clearance/forget-records.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';

/** Long enough to come back from a holiday and find out. */
export const GRACE_DAYS = 30;
const DAY_MS = 86_400_000;
const FIRMS_AT_ONCE = 5;

/** Asks for everything of the firm to be deleted after the grace period; `typed` is its short name, as a confirmation. */
export async function askForDeletion(
  app: App,
  input: { firm: { id: string; slug: string }; by: string; typed: string },
): Promise<{ ok: true } | Refusal> {
  if (input.typed !== input.firm.slug) return refusal('slug_typed', 'typed', { slug: input.firm.slug });
  await app.db
    .updateTable('auth.firm')
    .set({ delete_after: new Date(app.now().getTime() + GRACE_DAYS * DAY_MS), delete_asked_by: input.by })
    .where('id', '=', input.firm.id)
    .execute();
  return { ok: true };
}

export async function takeDeletionBack(app: App, firm_id: string): Promise<void> {
  await app.db
    .updateTable('auth.firm')
    .set({ delete_after: null, delete_asked_by: null })
    .where('id', '=', firm_id)
    .execute();
}

export async function deletionOf(app: App, firm_id: string): Promise<Date | null> {
  const { delete_after } = await app.db
    .selectFrom('auth.firm')
    .select('delete_after')
    .where('id', '=', firm_id)
    .executeTakeFirstOrThrow();
  return delete_after;
}

/**
 * Deletes the firms whose grace period is over, as the worker: the firm with every row of its own, in one
 * transaction each. Its log keeps the links and loses what names a person. People who belonged to it stay: they
 * may belong to others.
 */
export async function deleteDueFirms(
  app: Pick<App, 'db' | 'firm_pool' | 'log'>,
  now: Date,
): Promise<{ firms_deleted: number }> {
  const due = await app.db
    .selectFrom('auth.firm')
    .select(['id', 'slug'])
    .where('delete_after', '<=', now)
    .limit(FIRMS_AT_ONCE)
    .execute();
  for (const { id, slug } of due) {
    await inFirm(app.firm_pool.db, id, async (tx) => {
      await forgetRecords(tx, id);
      await tx.deleteFrom('auth.firm').where('id', '=', id).where('delete_after', '<=', now).execute();
    });
    app.log.info({ firm_id: id, slug }, 'firm deleted after its grace period');
  }
  await eraseGone(app, now);
  return { firms_deleted: due.length };
}

/** Sealed rows of firms that are gone lose what names anybody. */
async function eraseGone(app: Pick<App, 'db'>, now: Date): Promise<void> {
  await sql`
    update audit_entry e set erased_at = ${now}, actor_id = null, actor_name = null, subject = null, detail = '{}',
      address = null, user_agent = null
    where e.firm_id is not null and e.erased_at is null and e.sequence is not null
      and not exists (select from auth.firm f where f.id = e.firm_id)`.execute(app.db);
}

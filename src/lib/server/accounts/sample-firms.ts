import type { Firm } from '#lib/domain/accounts/actor.ts';
import type { App } from '#lib/server/app.ts';
import type { Db, Tx } from '#lib/server/db/connect.ts';
import { FIRM_COLUMNS } from './firms.ts';

const SLUGS_TRIED_MAX = 50;
const FIRMS_MAX = 1000;
const ADMINISTRATORS_MAX = 1000;

/** The firms that are marked as samples, the oldest first. */
export function sampleFirms(db: Db | Tx): Promise<Firm[]> {
  return db
    .selectFrom('auth.firm')
    .select(FIRM_COLUMNS)
    .where('is_sample', '=', true)
    .orderBy('created_at')
    .orderBy('slug')
    .limit(FIRMS_MAX)
    .execute();
}

/** A firm that is marked as a sample; where a firm has its slug, one with a number behind it. */
export async function createSampleFirm(db: Db, given: { slug: string; name: string }): Promise<Firm> {
  for (let tried = 1; tried <= SLUGS_TRIED_MAX; tried += 1) {
    const slug = tried === 1 ? given.slug : `${given.slug}-${tried}`;
    const made = await db
      .insertInto('auth.firm')
      .values({ slug, name: given.name, is_sample: true })
      .onConflict((conflict) => conflict.column('slug').doNothing())
      .returning(FIRM_COLUMNS)
      .executeTakeFirst();
    if (made) return made;
  }
  throw new Error(`fifty firms are called ${given.slug}`);
}

/** Makes every administrator of the operator an owner of the firm; gives their e-mail addresses. */
export async function joinAdministrators(app: App, firm: Firm): Promise<string[]> {
  const people = await app.db
    .selectFrom('auth.operator_member')
    .innerJoin('auth.user', 'auth.user.id', 'auth.operator_member.user_id')
    .select(['auth.user.id', 'auth.user.email'])
    .where('auth.operator_member.role', '=', 'admin')
    .orderBy('auth.user.email')
    .limit(ADMINISTRATORS_MAX)
    .execute();
  for (const { id } of people) {
    await app.db
      .insertInto('auth.member')
      .values({ firm_id: firm.id, user_id: id, role: 'owner' })
      .onConflict((conflict) => conflict.columns(['firm_id', 'user_id']).doNothing())
      .execute();
    app.accounts.sessions.dropPerson(id);
  }
  return people.map(({ email }) => email);
}

/** Deletes a firm that is marked as a sample, with everything that refers to it; its records go before. */
export async function deleteSampleFirm(tx: Tx, firm_id: string): Promise<void> {
  await tx.deleteFrom('auth.firm').where('id', '=', firm_id).where('is_sample', '=', true).execute();
}

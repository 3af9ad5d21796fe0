import { z } from 'zod';
import { isFirmRole, isOperatorRole, type FirmRole, type OperatorRole } from '#lib/domain/accounts/actor.ts';
import {
  PASSWORD_LENGTH_MAX,
  PASSWORD_LENGTH_MIN,
  weaknessOfPassword,
  type PasswordWeakness,
} from '#lib/domain/accounts/password.ts';
import type { App } from '#lib/server/app.ts';
import type { Db } from '#lib/server/db/connect.ts';
import { firmBySlug } from './firms.ts';
import { refusal, type Refusal, type RefusalCode } from './refusal.ts';

export type Place = { firm_slug: string; role: string } | { operator_role: string };
type CheckedPlace = { firm_id: string; role: FirmRole } | { operator_role: OperatorRole };
export type PersonInput = { email: string; name?: string | null; password: string };
export type CheckedPerson = { email: string; name: string; password: string };

const NAME_LENGTH_MAX = 200;
const EMAIL_LENGTH_MAX = 254;

/**
 * Creates a person in a firm or at the operator. Somebody who has an account already gets the new place too,
 * when the password is theirs: so a rerun is harmless, and a person can come to belong to several firms.
 */
export async function createUser(
  app: App,
  input: PersonInput & Place,
): Promise<{ ok: true; user_id: string; is_new: boolean } | Refusal> {
  const checked = checkPerson(input);
  if (!checked.ok) return checked.refusals[0] ?? refusal('email_invalid', 'email');
  const place = await checkPlace(app, input);
  if ('ok' in place) return place;
  const { person } = checked;
  const password_hash = await hashPassword(app, person.password);
  const user_id = await app.db.transaction().execute(async (tx) => {
    const made = await insertPerson(tx, person, password_hash);
    if (made) await insertPlace(tx, made, place);
    return made;
  });
  if (user_id) return { ok: true, user_id, is_new: true };
  const known = await personWithPassword(app, person);
  if (!known) return refusal('email_taken', 'email', { email: person.email });
  await insertPlace(app.db, known, place);
  app.accounts.sessions.dropPerson(known);
  return { ok: true, user_id: known, is_new: false };
}

export async function hasUsers(app: Pick<App, 'db'>): Promise<boolean> {
  const found = await app.db.selectFrom('auth.user').select('id').limit(1).executeTakeFirst();
  return found !== undefined;
}

/** Trims, folds and judges what was typed; all refusals at once, for a form. The name falls back to the e-mail's. */
export function checkPerson(
  input: PersonInput,
): { ok: true; person: CheckedPerson } | { ok: false; refusals: Refusal[] } {
  const email = foldEmail(input.email);
  const name = input.name?.normalize('NFC').trim() || (email.split('@')[0] ?? '');
  const refusals: Refusal[] = [];
  if (name.length > NAME_LENGTH_MAX) refusals.push(refusal('name_long', 'name', { max: NAME_LENGTH_MAX }));
  if (!isEmail(email)) refusals.push(refusal('email_invalid', 'email'));
  const weakness = weaknessOfPassword(input.password, email);
  if (weakness) refusals.push(refusal(PASSWORD_REFUSALS[weakness], 'password', LENGTHS));
  if (refusals.length > 0) return { ok: false, refusals };
  return { ok: true, person: { email, name, password: input.password } };
}

const LENGTHS = { min: PASSWORD_LENGTH_MIN, max: PASSWORD_LENGTH_MAX };
/** What to say of each weakness. */
export const PASSWORD_REFUSALS = {
  too_short: 'password_too_short',
  too_long: 'password_too_long',
  common: 'password_common',
} satisfies Record<PasswordWeakness, RefusalCode>;

export function isEmail(email: string): boolean {
  return email.length <= EMAIL_LENGTH_MAX && z.email().safeParse(email).success;
}

/** One spelling for one mailbox: compared and stored in lower case. */
export function foldEmail(email: string): string {
  return email.normalize('NFKC').trim().toLowerCase();
}

async function checkPlace(app: App, place: Place): Promise<CheckedPlace | Refusal> {
  if ('operator_role' in place)
    return isOperatorRole(place.operator_role)
      ? { operator_role: place.operator_role }
      : refusal('operator_role_unknown', 'role', { role: place.operator_role });
  if (!isFirmRole(place.role)) return refusal('firm_role_unknown', 'role', { role: place.role });
  const firm = await firmBySlug(app, place.firm_slug);
  return firm
    ? { firm_id: firm.id, role: place.role }
    : refusal('firm_unknown', 'firm', { slug: place.firm_slug });
}

/** By better-auth: the only code that touches a password's hash. */
export async function hashPassword(app: App, password: string): Promise<string> {
  const { password: passwords } = await (await app.accounts.auth()).$context;
  return passwords.hash(password);
}

/** The new person's id, or null when the e-mail address has an account. */
export async function insertPerson(
  db: Db,
  person: CheckedPerson,
  password_hash: string,
): Promise<string | null> {
  const user = await db
    .insertInto('auth.user')
    .values({ email: person.email, name: person.name })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!user) return null;
  await db
    .insertInto('auth.account')
    .values({ user_id: user.id, account_id: user.id, provider_id: 'credential', password: password_hash })
    .execute();
  return user.id;
}

/** Puts a person in a place; a role in a firm replaces the one before. */
export async function insertPlace(db: Db, user_id: string, place: CheckedPlace): Promise<void> {
  if ('operator_role' in place) {
    await db
      .insertInto('auth.operator_member')
      .values({ user_id, role: place.operator_role })
      .onConflict((conflict) => conflict.columns(['user_id', 'role']).doNothing())
      .execute();
    return;
  }
  const { firm_id, role } = place;
  await db
    .insertInto('auth.member')
    .values({ firm_id, user_id, role })
    .onConflict((conflict) => conflict.columns(['firm_id', 'user_id']).doUpdateSet({ role }))
    .execute();
}

async function personWithPassword(app: App, person: CheckedPerson): Promise<string | null> {
  const found = await app.db
    .selectFrom('auth.user')
    .innerJoin('auth.account', 'auth.account.user_id', 'auth.user.id')
    .select(['auth.user.id', 'auth.account.password'])
    .where('auth.user.email', '=', person.email)
    .where('auth.account.provider_id', '=', 'credential')
    .limit(1)
    .executeTakeFirst();
  if (!found?.password) return null;
  const { password: passwords } = await (await app.accounts.auth()).$context;
  const is_theirs = await passwords.verify({ hash: found.password, password: person.password });
  return is_theirs ? found.id : null;
}

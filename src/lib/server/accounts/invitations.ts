import { randomBytes } from 'node:crypto';
import { isFirmRole, isOperatorRole, type Actor } from '#lib/domain/accounts/actor.ts';
import type { Language } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import type { App } from '#lib/server/app.ts';
import type { Db } from '#lib/server/db/connect.ts';
import { hashSecret } from './keys.ts';
import { checkPerson, foldEmail, hashPassword, insertPerson, insertPlace, isEmail } from './people.ts';
import { refusal, type Refusal } from './refusal.ts';

/** Where somebody is invited to: a firm, or (null) the operator. */
export type Inviter = { firm: { id: string; name: string } | null; by: { id: string; name: string } };
export type OpenInvitation = {
  id: string;
  email: string;
  role: string;
  created_at: Date;
  expires_at: Date;
  is_expired: boolean;
};

const TOKEN_BYTES = 32;
const HOLDS_DAYS = 7;
const DAY_MS = 86_400_000;
/** More open invitations than a firm has desks. */
const OPEN_MAX = 200;

/** Invites somebody by a link that holds a week and once; it is mailed where there is a mail server. */
export async function invite(
  app: App,
  inviter: Inviter,
  input: { email: string; role: string; language: Language; origin: string },
): Promise<{ ok: true; id: string; link: string; is_mailed: boolean } | Refusal> {
  const email = foldEmail(input.email);
  if (!isEmail(email)) return refusal('email_invalid', 'email');
  const { firm, by } = inviter;
  if (firm ? !isFirmRole(input.role) : !isOperatorRole(input.role))
    return refusal(firm ? 'firm_role_unknown' : 'operator_role_unknown', 'role', { role: input.role });
  if (await isMember(app.db, firm?.id ?? null, email, input.role))
    return refusal('member_already', 'email', { email });
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const now = app.now();
  const made = await app.db.transaction().execute(async (tx) => {
    // A second invitation of the same person replaces the first, whose link may have gone astray.
    await openOf(tx, firm?.id ?? null)
      .where('email', '=', email)
      .set({ revoked_at: now })
      .execute();
    const { n } = await tx
      .selectFrom('auth.invitation')
      .select((eb) => eb.fn.countAll<string>().as('n'))
      .where('firm_id', firm ? '=' : 'is', firm?.id ?? null)
      .where('accepted_at', 'is', null)
      .where('revoked_at', 'is', null)
      .executeTakeFirstOrThrow();
    if (Number(n) >= OPEN_MAX) return null;
    return tx
      .insertInto('auth.invitation')
      .values({
        ...{
          firm_id: firm?.id ?? null,
          email,
          role: input.role,
          language: input.language,
          invited_by: by.id,
        },
        ...{
          sha256: hashSecret(token),
          created_at: now,
          expires_at: new Date(now.getTime() + HOLDS_DAYS * DAY_MS),
        },
      })
      .returning('id')
      .executeTakeFirstOrThrow();
  });
  if (!made) return refusal('invitations_many', 'email', { max: OPEN_MAX });
  const link = `${input.origin}/invite?token=${token}`;
  const sent = await app.mailer.send(
    mailOf({ ...input, email, link, by: by.name, firm: firm?.name ?? null }),
  );
  if (!sent.ok && app.mailer.is_configured)
    app.log.warn({ invitation_id: made.id, problem: sent.problem }, 'invitation not mailed');
  return { ok: true, id: made.id, link, is_mailed: sent.ok };
}

/** What waits to be accepted, newest first. */
export async function openInvitations(app: App, firm_id: string | null): Promise<OpenInvitation[]> {
  const rows = await app.db
    .selectFrom('auth.invitation')
    .select(['id', 'email', 'role', 'created_at', 'expires_at'])
    .where('firm_id', firm_id === null ? 'is' : '=', firm_id)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .orderBy('created_at', 'desc')
    .limit(OPEN_MAX)
    .execute();
  const now = app.now();
  return rows.map((row) => ({ ...row, is_expired: row.expires_at <= now }));
}

/** Ends an invitation that nobody accepted yet. */
export async function revokeInvitation(
  app: App,
  firm_id: string | null,
  id: string,
): Promise<{ ok: true } | Refusal> {
  const { numUpdatedRows } = await openOf(app.db, firm_id)
    .where((eb) => eb(eb.cast<string>('id', 'text'), '=', id))
    .set({ revoked_at: app.now() })
    .executeTakeFirst();
  return numUpdatedRows > 0n ? { ok: true } : refusal('invitation_unknown');
}

export type ReadInvitation = {
  id: string;
  firm: { id: string; name: string } | null;
  email: string;
  role: string;
  /** The person with this address, who has to sign in to accept. */
  has_account: boolean;
};

/** What a link invites to; a link that does not hold gets one sentence, whatever the reason. */
export async function readInvitation(
  app: App,
  token: string,
): Promise<{ ok: true; invitation: ReadInvitation } | Refusal> {
  const found = await app.db
    .selectFrom('auth.invitation as i')
    .leftJoin('auth.firm as f', 'f.id', 'i.firm_id')
    .leftJoin('auth.user as u', 'u.email', 'i.email')
    .select(['i.id', 'i.firm_id', 'i.email', 'i.role', 'f.name as firm_name', 'u.id as user_id'])
    .where('i.sha256', '=', hashSecret(token))
    .where('i.accepted_at', 'is', null)
    .where('i.revoked_at', 'is', null)
    .where('i.expires_at', '>', app.now())
    .executeTakeFirst();
  if (!found) return refusal('invitation_over');
  const { id, email, role, firm_id, firm_name, user_id } = found;
  const firm = firm_id === null ? null : { id: firm_id, name: firm_name ?? '' };
  return { ok: true, invitation: { id, email, role, firm, has_account: user_id !== null } };
}

/**
 * Accepts: the signed-in person with the invited address joins; somebody new gives a name and a password. Of
 * two who use the link at the same time one is refused.
 */
export async function acceptInvitation(
  app: App,
  token: string,
  who: { actor: Actor } | { name: string; password: string },
): Promise<{ ok: true; invitation: ReadInvitation; email: string } | { ok: false; refusals: Refusal[] }> {
  const read = await readInvitation(app, token);
  if (!read.ok) return { ok: false, refusals: [read] };
  const { invitation } = read;
  const made = 'actor' in who ? existing(who.actor, invitation) : await prepared(app, who, invitation);
  if (!made.ok) return made;
  const now = app.now();
  const user_id = await app.db.transaction().execute(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('auth.invitation')
      .set({ accepted_at: now })
      .where('id', '=', invitation.id)
      .where('accepted_at', 'is', null)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return null;
    const id = made.user_id ?? (await insertPerson(tx, made.person, made.password_hash));
    if (id === null) return null;
    const { firm, role } = invitation;
    if (firm && isFirmRole(role)) await insertPlace(tx, id, { firm_id: firm.id, role });
    else if (isOperatorRole(role)) await insertPlace(tx, id, { operator_role: role });
    // The link came to the mailbox: whoever holds it reads the mail of that address.
    await tx.updateTable('auth.user').set({ email_verified: true }).where('id', '=', id).execute();
    await tx
      .updateTable('auth.invitation')
      .set({ accepted_by: id })
      .where('id', '=', invitation.id)
      .execute();
    return id;
  });
  if (user_id === null) return { ok: false, refusals: [refusal('invitation_over')] };
  app.accounts.sessions.dropPerson(user_id);
  return { ok: true, invitation, email: invitation.email };
}

type Made =
  | { ok: true; user_id: string }
  | {
      ok: true;
      user_id: null;
      person: { email: string; name: string; password: string };
      password_hash: string;
    };

function existing(actor: Actor, { email }: ReadInvitation): Made | { ok: false; refusals: Refusal[] } {
  if (actor.kind === 'person' && actor.email === email) return { ok: true, user_id: actor.id };
  return { ok: false, refusals: [refusal('invitation_of_another', undefined, { email })] };
}

async function prepared(
  app: App,
  who: { name: string; password: string },
  { email, has_account }: ReadInvitation,
): Promise<Made | { ok: false; refusals: Refusal[] }> {
  if (has_account) return { ok: false, refusals: [refusal('invitation_sign_in', undefined, { email })] };
  const checked = checkPerson({ ...who, email });
  const missing = who.name.trim() ? [] : [refusal('name_missing', 'name')];
  if (!checked.ok || missing.length > 0)
    return { ok: false, refusals: [...missing, ...(checked.ok ? [] : checked.refusals)] };
  const { person } = checked;
  return { ok: true, user_id: null, person, password_hash: await hashPassword(app, person.password) };
}

function openOf(db: Db, firm_id: string | null) {
  return db
    .updateTable('auth.invitation')
    .where('firm_id', firm_id === null ? 'is' : '=', firm_id)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null);
}

async function isMember(db: Db, firm_id: string | null, email: string, role: string): Promise<boolean> {
  const person = db.selectFrom('auth.user').where('auth.user.email', '=', email);
  const found =
    firm_id === null
      ? await person
          .innerJoin('auth.operator_member as m', 'm.user_id', 'auth.user.id')
          .where('m.role', '=', role)
          .select('m.user_id')
          .executeTakeFirst()
      : await person
          .innerJoin('auth.member as m', 'm.user_id', 'auth.user.id')
          .where('m.firm_id', '=', firm_id)
          .select('m.user_id')
          .executeTakeFirst();
  return found !== undefined;
}

function mailOf(given: { email: string; language: Language; link: string; by: string; firm: string | null }) {
  const { email, language, link, by, firm } = given;
  const text = textsOf(language);
  const to = firm ?? text('people.mail.operator');
  return {
    to: email,
    subject: text('people.mail.subject', { by, to }),
    text: text('people.mail.body', { by, to, link, days: HOLDS_DAYS }),
  };
}

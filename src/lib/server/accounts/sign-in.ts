import type { App } from '#lib/server/app.ts';
import { countAttempt } from './attempts.ts';
import { isRefusedByAuth } from './auth-call.ts';
import { foldEmail } from './people.ts';
import { refusal, type Refusal } from './refusal.ts';
import { readSession } from './session-actor.ts';
import { sessionCookieOf } from './session-cookie.ts';
import { isVerificationRequired } from './verify-email.ts';

export type SignInInput = {
  email: string;
  password: string;
  /** The client's network address, as the server sees it. */
  address: string;
  user_agent?: string | null;
};

/** With `needs_second_step` nobody is signed in yet: the cookies remember for ten minutes whose code is awaited. */
export type SignedIn = { ok: true; set_cookies: string[]; needs_second_step: boolean };

/** The person whose account it is and the firm in whose log a sign-in belongs; null for an address without an account. */
export type SignInSubject = { id: string; name: string; firm_id: string | null };

/**
 * Signs a person in: the answer's `set_cookies` are `Set-Cookie` headers to send. An unknown address costs
 * as much time as a wrong password and gets the same sentence; guessing is slowed per e-mail and address.
 */
export async function signIn(
  app: App,
  input: SignInInput,
): Promise<SignedIn | (Refusal & { wait_seconds?: number })> {
  const email = foldEmail(input.email);
  const attempt = await countAttempt(app, email, input.address);
  if (!attempt.ok) {
    const { wait_seconds } = attempt;
    return { ...refusal('wait', undefined, { minutes: Math.ceil(wait_seconds / 60) }), wait_seconds };
  }
  const auth = await app.accounts.auth();
  const headers = new Headers(input.user_agent ? { 'user-agent': input.user_agent } : {});
  const answer = await auth.api
    .signInEmail({ body: { email, password: input.password }, headers, returnHeaders: true })
    .catch((cause: unknown) => {
      if (isRefusedByAuth(cause)) return null;
      throw cause;
    });
  if (!answer) {
    app.log.warn({ address: input.address }, 'sign-in refused');
    return refusal('credentials');
  }
  await attempt.forgive();
  if ((await isVerificationRequired(app)) && !(await isVerifiedAddress(app, email))) {
    // Only who knows the password hears of it; the session that it began ends unseen.
    if ('token' in answer.response && answer.response.token)
      await app.db.deleteFrom('auth.session').where('token', '=', answer.response.token).execute();
    return refusal('email_unverified', undefined, { email });
  }
  const needs_second_step = 'twoFactorRedirect' in answer.response;
  return { ok: true, set_cookies: answer.headers.getSetCookie(), needs_second_step };
}

/** Ends the session of these request headers; the answer's `Set-Cookie` headers clear the browser's. */
export async function signOut(app: App, headers: Headers): Promise<string[]> {
  const cookie = sessionCookieOf(app.config, headers);
  if (!cookie) return [];
  app.accounts.sessions.drop(cookie);
  const auth = await app.accounts.auth();
  const answer = await auth.api.signOut({
    headers: new Headers({ cookie: headers.get('cookie') ?? '' }),
    returnHeaders: true,
  });
  // better-auth clears the cookie even when it could not reach the database: then the session still holds.
  const { session } = await readSession(app, headers);
  if (session) throw new Error('the session was not ended');
  return answer.headers.getSetCookie();
}

async function isVerifiedAddress(app: App, email: string): Promise<boolean> {
  const found = await app.db
    .selectFrom('auth.user')
    .select('email_verified')
    .where('email', '=', email)
    .executeTakeFirst();
  return found?.email_verified ?? false;
}

/** Whose account an address opens, for the audit log: what else was typed there may be a password in the wrong field. */
export async function signInSubject(app: App, email: string): Promise<SignInSubject | null> {
  const found = await app.db
    .selectFrom('auth.user as u')
    .leftJoin('auth.member as m', 'm.user_id', 'u.id')
    .select(['u.id', 'u.name', 'm.firm_id'])
    .where('u.email', '=', foldEmail(email))
    .orderBy('m.created_at')
    .limit(1)
    .executeTakeFirst();
  return found ?? null;
}

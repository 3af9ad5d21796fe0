import { renderSVG } from 'uqr';
import type { App } from '#lib/server/app.ts';
import { countAttempt } from './attempts.ts';
import { authHeaders, isRefusedByAuth } from './auth-call.ts';
import { hashSecret } from './keys.ts';
import { refusal, type Refusal } from './refusal.ts';

export type BegunFactor = {
  /** As an authenticator app reads it, and for one that cannot see, to be typed. */
  qr_svg: string;
  secret: string;
  recovery_codes: string[];
};

/** Of a signed-in person; guesses of whoever found their browser open are counted with those at the sign-in. */
type Given = { headers: Headers; email: string; address: string };

/** Begins a second factor: it holds when a first code was typed. The recovery codes are shown this once. */
export async function beginSecondFactor(
  app: App,
  { headers, password, email, address }: Given & { password: string },
): Promise<({ ok: true } & BegunFactor) | Refusal> {
  const attempt = await countAttempt(app, email, address);
  if (!attempt.ok) return waitFor(attempt);
  const auth = await app.accounts.auth();
  const body = password ? { password } : {};
  const begun = await auth.api
    .enableTwoFactor({ body, headers: authHeaders(headers) })
    .catch((cause: unknown) => refusedOrThrow(cause));
  if (!begun || !('totpURI' in begun)) return refusal('password_wrong', 'password');
  await attempt.forgive();
  const uri = begun.totpURI;
  const secret = new URL(uri).searchParams.get('secret') ?? '';
  return { ok: true, qr_svg: renderSVG(uri, { border: 2 }), secret, recovery_codes: begun.backupCodes };
}

/** The first code turns the second factor on. The answer's cookies carry a new session. */
export async function confirmSecondFactor(
  app: App,
  { headers, code, email, address }: Given & { code: string },
): Promise<{ ok: true; set_cookies: string[] } | Refusal> {
  const attempt = await countAttempt(app, `factor ${email}`, address);
  if (!attempt.ok) return waitFor(attempt);
  const done = await verified(app, headers, { code, is_recovery: false, begins_session: false });
  if (done.ok) await attempt.forgive();
  return done;
}

/** The second step of signing in: a code of the app, or a recovery code, which holds once. */
export async function secondStep(
  app: App,
  headers: Headers,
  given: { code: string; is_recovery: boolean },
): Promise<{ ok: true; set_cookies: string[] } | Refusal> {
  return verified(app, headers, { ...given, begins_session: true });
}

/** Turns the second factor off. */
export async function endSecondFactor(
  app: App,
  { headers, password, email, address }: Given & { password: string },
): Promise<{ ok: true; set_cookies: string[] } | Refusal> {
  const attempt = await countAttempt(app, email, address);
  if (!attempt.ok) return waitFor(attempt);
  const auth = await app.accounts.auth();
  const ended = await auth.api
    .disableTwoFactor({
      body: password ? { password } : {},
      headers: authHeaders(headers),
      returnHeaders: true,
    })
    .catch((cause: unknown) => refusedOrThrow(cause));
  if (!ended) return refusal('password_wrong', 'password');
  await attempt.forgive();
  return { ok: true, set_cookies: ended.headers.getSetCookie() };
}

function waitFor({ wait_seconds }: { wait_seconds: number }): Refusal {
  return refusal('wait', undefined, { minutes: Math.ceil(wait_seconds / 60) });
}

async function verified(
  app: App,
  headers: Headers,
  { code, is_recovery, begins_session }: { code: string; is_recovery: boolean; begins_session: boolean },
): Promise<{ ok: true; set_cookies: string[] } | Refusal> {
  const auth = await app.accounts.auth();
  const given = { headers: authHeaders(headers), returnHeaders: true } as const;
  const typed = code.replaceAll(/\s/g, '');
  const answer = await (
    is_recovery
      ? auth.api.verifyBackupCode({ body: { code: typed }, ...given })
      : auth.api.verifyTOTP({ body: { code: typed }, ...given })
  ).catch((cause: unknown) => refusedOrThrow(cause));
  if (!answer) return refusal('code_wrong', 'code');
  const { token, user } = answer.response;
  if (!is_recovery && !(await isFirstUse(app, user.id, typed))) {
    // Whoever looked over a shoulder has the code too: it opened a session once already.
    if (begins_session && token) await app.db.deleteFrom('auth.session').where('token', '=', token).execute();
    return refusal('code_used', 'code');
  }
  return { ok: true, set_cookies: answer.headers.getSetCookie() };
}

/** A code holds for its half minute and the ones beside it; after this long it is another's. */
const CODE_HOLDS_MS = 5 * 60_000;

/** Notes a code as used; false when it was before (RFC 6238, 5.2: a code is taken once). */
async function isFirstUse(app: App, user_id: string, code: string): Promise<boolean> {
  const now = app.now();
  const { numInsertedOrUpdatedRows } = await app.db
    .insertInto('auth.used_code')
    .values({ user_id, sha256: hashSecret(code), used_at: now })
    .onConflict((conflict) => conflict.columns(['user_id', 'sha256']).doNothing())
    .executeTakeFirst();
  await app.db
    .deleteFrom('auth.used_code')
    .where('user_id', '=', user_id)
    .where('used_at', '<', new Date(now.getTime() - CODE_HOLDS_MS))
    .execute();
  return (numInsertedOrUpdatedRows ?? 0n) > 0n;
}

function refusedOrThrow(cause: unknown): null {
  if (isRefusedByAuth(cause)) return null;
  throw cause;
}

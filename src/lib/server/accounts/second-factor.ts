import { renderSVG } from 'uqr';
import type { App } from '#lib/server/app.ts';
import { authHeaders, isRefusedByAuth } from './auth-call.ts';
import { refusal, type Refusal } from './refusal.ts';

export type BegunFactor = {
  /** As an authenticator app reads it, and for one that cannot see, to be typed. */
  qr_svg: string;
  secret: string;
  recovery_codes: string[];
};

/** Begins a second factor: it holds when a first code was typed. The recovery codes are shown this once. */
export async function beginSecondFactor(
  app: App,
  headers: Headers,
  password: string,
): Promise<({ ok: true } & BegunFactor) | Refusal> {
  const auth = await app.accounts.auth();
  const body = password ? { password } : {};
  const begun = await auth.api
    .enableTwoFactor({ body, headers: authHeaders(headers) })
    .catch((cause: unknown) => refusedOrThrow(cause));
  if (!begun || !('totpURI' in begun)) return refusal('password_wrong', 'password');
  const uri = begun.totpURI;
  const secret = new URL(uri).searchParams.get('secret') ?? '';
  return { ok: true, qr_svg: renderSVG(uri, { border: 2 }), secret, recovery_codes: begun.backupCodes };
}

/** The first code turns the second factor on. The answer's cookies carry a new session. */
export async function confirmSecondFactor(
  app: App,
  headers: Headers,
  code: string,
): Promise<{ ok: true; set_cookies: string[] } | Refusal> {
  return verified(app, headers, { code, is_recovery: false });
}

/** The second step of signing in: a code of the app, or a recovery code, which holds once. */
export async function secondStep(
  app: App,
  headers: Headers,
  given: { code: string; is_recovery: boolean },
): Promise<{ ok: true; set_cookies: string[] } | Refusal> {
  return verified(app, headers, given);
}

/** Turns the second factor off. */
export async function endSecondFactor(
  app: App,
  headers: Headers,
  password: string,
): Promise<{ ok: true; set_cookies: string[] } | Refusal> {
  const auth = await app.accounts.auth();
  const ended = await auth.api
    .disableTwoFactor({
      body: password ? { password } : {},
      headers: authHeaders(headers),
      returnHeaders: true,
    })
    .catch((cause: unknown) => refusedOrThrow(cause));
  return ended
    ? { ok: true, set_cookies: ended.headers.getSetCookie() }
    : refusal('password_wrong', 'password');
}

async function verified(
  app: App,
  headers: Headers,
  { code, is_recovery }: { code: string; is_recovery: boolean },
): Promise<{ ok: true; set_cookies: string[] } | Refusal> {
  const auth = await app.accounts.auth();
  const given = { headers: authHeaders(headers), returnHeaders: true } as const;
  const typed = code.replaceAll(/\s/g, '');
  const answer = await (
    is_recovery
      ? auth.api.verifyBackupCode({ body: { code: typed }, ...given })
      : auth.api.verifyTOTP({ body: { code: typed }, ...given })
  ).catch((cause: unknown) => refusedOrThrow(cause));
  return answer ? { ok: true, set_cookies: answer.headers.getSetCookie() } : refusal('code_wrong', 'code');
}

function refusedOrThrow(cause: unknown): null {
  if (isRefusedByAuth(cause)) return null;
  throw cause;
}

import type { AuthenticationResponseJSON } from '@simplewebauthn/browser';
import { z } from 'zod';
import type { App } from '#lib/server/app.ts';
import { authHeaders, isRefusedByAuth } from './auth-call.ts';
import { countAttempt } from './attempts.ts';
import { refusal, type Refusal } from './refusal.ts';

export type ListedPasskey = { id: string; name: string | null; created_at: Date };
/** What goes to the browser's own dialog, and the cookie that remembers what was asked. */
export type PasskeyOptions = { options: unknown; set_cookies: string[] };

const LISTED_MAX = 50;
/** Read and judged by the library; nothing of it is trusted before. */
const ANSWER = z.custom<AuthenticationResponseJSON>(
  (value) => typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string',
);

export async function passkeysOf(app: App, user_id: string): Promise<ListedPasskey[]> {
  return app.db
    .selectFrom('auth.passkey')
    .select(['id', 'name', 'created_at'])
    .where('user_id', '=', user_id)
    .orderBy('created_at')
    .limit(LISTED_MAX)
    .execute();
}

export async function removePasskey(app: App, user_id: string, id: string): Promise<{ ok: true } | Refusal> {
  const { numDeletedRows } = await app.db
    .deleteFrom('auth.passkey')
    .where('user_id', '=', user_id)
    .where((eb) => eb(eb.cast<string>('id', 'text'), '=', id))
    .executeTakeFirst();
  return numDeletedRows > 0n ? { ok: true } : refusal('passkey_unknown');
}

/** Asks the signed-in person's device for a new passkey. */
export async function registrationOptions(app: App, headers: Headers): Promise<PasskeyOptions> {
  const auth = await app.accounts.auth();
  const { response, headers: answered } = await auth.api.generatePasskeyRegistrationOptions({
    headers: authHeaders(headers),
    returnHeaders: true,
  });
  return { options: response, set_cookies: answered.getSetCookie() };
}

export async function registerPasskey(
  app: App,
  headers: Headers,
  given: { response: unknown; name: string },
): Promise<{ ok: true } | Refusal> {
  const auth = await app.accounts.auth();
  const made = await auth.api
    .verifyPasskeyRegistration({ body: given, headers: authHeaders(headers) })
    .catch(refusedOrThrow);
  return made ? { ok: true } : refusal('passkey_refused');
}

/** Asks any device that knows this installation. */
export async function signInOptions(app: App, headers: Headers): Promise<PasskeyOptions> {
  const auth = await app.accounts.auth();
  const { response, headers: answered } = await auth.api.generatePasskeyAuthenticationOptions({
    headers: authHeaders(headers),
    returnHeaders: true,
  });
  return { options: response, set_cookies: answered.getSetCookie() };
}

export async function signInByPasskey(
  app: App,
  headers: Headers,
  given: { response: unknown; address: string },
): Promise<{ ok: true; set_cookies: string[] } | Refusal> {
  const read = ANSWER.safeParse(given.response);
  if (!read.success) return refusal('passkey_refused');
  const attempt = await countAttempt(app, `passkey ${given.address}`, given.address);
  if (!attempt.ok) return refusal('wait', undefined, { minutes: Math.ceil(attempt.wait_seconds / 60) });
  const auth = await app.accounts.auth();
  const answer = await auth.api
    .verifyPasskeyAuthentication({
      body: { response: read.data },
      headers: authHeaders(headers),
      returnHeaders: true,
    })
    .catch(refusedOrThrow);
  if (!answer) return refusal('passkey_refused');
  await attempt.forgive();
  return { ok: true, set_cookies: answer.headers.getSetCookie() };
}

function refusedOrThrow(cause: unknown): null {
  if (isRefusedByAuth(cause)) return null;
  throw cause;
}

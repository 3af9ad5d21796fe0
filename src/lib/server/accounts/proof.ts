import type { App } from '#lib/server/app.ts';
import { authHeaders, isRefusedByAuth } from './auth-call.ts';
import { countAttempt } from './attempts.ts';
import { refusal, type Refusal } from './refusal.ts';
import type { SessionProof } from './session-cache.ts';

/** Long enough to do what one came for, too short for a browser that was left open. */
export const PROOF_MS = 15 * 60_000;

type Locals = { session: SessionProof | null };

/** Whether the person proved lately who they are. */
export async function isProven(app: App, { session }: Locals): Promise<boolean> {
  if (!session) return false;
  const since = new Date(app.now().getTime() - PROOF_MS);
  if (session.confirmed_at > since) return true;
  // Another process may have heard of it in the seconds for which this one remembers the session.
  const found = await app.db
    .selectFrom('auth.session')
    .select('id')
    .where('id', '=', session.id)
    .where('confirmed_at', '>', since)
    .executeTakeFirst();
  return found !== undefined;
}

/** Proves it by the password; a passkey or the firm's own sign-in prove it by signing in anew. */
export async function proveByPassword(
  app: App,
  input: { headers: Headers; session: SessionProof; email: string; address: string; password: string },
): Promise<{ ok: true } | Refusal> {
  const attempt = await countAttempt(app, input.email, input.address);
  if (!attempt.ok) return refusal('wait', undefined, { minutes: Math.ceil(attempt.wait_seconds / 60) });
  const auth = await app.accounts.auth();
  const holds = await auth.api
    .verifyPassword({ body: { password: input.password }, headers: authHeaders(input.headers) })
    .catch((cause: unknown) => {
      if (isRefusedByAuth(cause)) return null;
      throw cause;
    });
  if (!holds) return refusal('password_wrong', 'password');
  await attempt.forgive();
  await app.db
    .updateTable('auth.session')
    .set({ confirmed_at: app.now() })
    .where('id', '=', input.session.id)
    .execute();
  app.accounts.sessions.clear();
  return { ok: true };
}

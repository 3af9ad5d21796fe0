import {
  PASSWORD_LENGTH_MAX,
  PASSWORD_LENGTH_MIN,
  weaknessOfPassword,
} from '#lib/domain/accounts/password.ts';
import type { Language } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import type { App } from '#lib/server/app.ts';
import { countAttempt } from './attempts.ts';
import { resetMail } from './auth.ts';
import { authHeaders, isRefusedByAuth } from './auth-call.ts';
import { foldEmail, isEmail, PASSWORD_REFUSALS } from './people.ts';
import { refusal, type Refusal } from './refusal.ts';

/**
 * Mails a link that sets a new password within the hour, once. Whether there is an account is not told, neither by
 * words nor by time: the mail goes out after the answer.
 */
export async function askForReset(
  app: App,
  input: { email: string; address: string; language: Language; origin: string },
): Promise<{ ok: true } | Refusal> {
  const email = foldEmail(input.email);
  if (!isEmail(email)) return refusal('email_invalid', 'email');
  const attempt = await countAttempt(app, `reset ${email}`, input.address);
  if (!attempt.ok) return refusal('wait', undefined, { minutes: Math.ceil(attempt.wait_seconds / 60) });
  const text = textsOf(input.language);
  const auth = await app.accounts.auth();
  const send = (reset: { email: string; token: string }) => {
    const link = `${input.origin}/reset?token=${reset.token}`;
    const mail = {
      to: reset.email,
      subject: text('security.mail.reset_subject'),
      text: text('security.mail.reset_body', { link }),
    };
    void app.mailer.send(mail).then((sent) => {
      if (!sent.ok) app.log.warn({ problem: sent.problem }, 'password reset not mailed');
    });
  };
  await resetMail.run(send, () => auth.api.requestPasswordReset({ body: { email } }));
  return { ok: true };
}

/** Whether a mailed link still sets a password, so that its page says so before something is typed. */
export async function isResetOpen(app: App, token: string): Promise<boolean> {
  const { internalAdapter } = await (await app.accounts.auth()).$context;
  const kept = await internalAdapter.findVerificationValue(`reset-password:${token}`);
  return kept !== null && kept.expiresAt > app.now();
}

/** Sets a new password by the token of a mailed link; every session of the person ends. */
export async function resetPassword(
  app: App,
  token: string,
  password: string,
): Promise<{ ok: true } | Refusal> {
  const weak = weakness(password, '');
  if (weak) return weak;
  const auth = await app.accounts.auth();
  const done = await auth.api.resetPassword({ body: { newPassword: password, token } }).catch(refusedOrThrow);
  app.accounts.sessions.clear();
  return done ? { ok: true } : refusal('reset_over');
}

/** Changes the password of the signed-in person; their other sessions end. */
export async function changePassword(
  app: App,
  input: { headers: Headers; email: string; address: string; current: string; password: string },
): Promise<{ ok: true; set_cookies: string[] } | Refusal> {
  const weak = weakness(input.password, input.email);
  if (weak) return weak;
  const attempt = await countAttempt(app, input.email, input.address);
  if (!attempt.ok) return refusal('wait', undefined, { minutes: Math.ceil(attempt.wait_seconds / 60) });
  const auth = await app.accounts.auth();
  const changed = await auth.api
    .changePassword({
      body: { currentPassword: input.current, newPassword: input.password, revokeOtherSessions: true },
      headers: authHeaders(input.headers),
      returnHeaders: true,
    })
    .catch(refusedOrThrow);
  if (!changed) return refusal('password_wrong', 'current');
  await attempt.forgive();
  app.accounts.sessions.clear();
  return { ok: true, set_cookies: changed.headers.getSetCookie() };
}

function weakness(password: string, email: string): Refusal | null {
  const found = weaknessOfPassword(password, email);
  const lengths = { min: PASSWORD_LENGTH_MIN, max: PASSWORD_LENGTH_MAX };
  return found && refusal(PASSWORD_REFUSALS[found], 'password', lengths);
}

function refusedOrThrow(cause: unknown): null {
  if (isRefusedByAuth(cause)) return null;
  throw cause;
}

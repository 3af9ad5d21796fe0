import type { Language } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import type { App } from '#lib/server/app.ts';
import { countAttempt } from './attempts.ts';
import { verificationMail } from './auth.ts';
import { isRefusedByAuth } from './auth-call.ts';
import { foldEmail, isEmail } from './people.ts';
import { refusal, type Refusal } from './refusal.ts';

/**
 * Whether who signs in by password has to have verified the e-mail address. Without a mail server nobody could, so
 * that nobody has to.
 */
export async function isVerificationRequired(app: Pick<App, 'db' | 'mailer'>): Promise<boolean> {
  return app.mailer.is_configured && (await readRequirement(app));
}

/** What the operator chose, whatever the mail server. */
export async function readRequirement(app: Pick<App, 'db'>): Promise<boolean> {
  const { requires_verified_email } = await app.db
    .selectFrom('auth.sign_in_setting')
    .select('requires_verified_email')
    .executeTakeFirstOrThrow();
  return requires_verified_email;
}

/** Asks it of everybody, or no longer. Who has not done so themselves would shut themselves out by it. */
export async function requireVerifiedEmail(
  app: App,
  input: { by: { id: string; name: string }; is_required: boolean },
): Promise<{ ok: true } | Refusal> {
  const { by, is_required } = input;
  if (is_required && !app.mailer.is_configured) return refusal('no_mail');
  if (is_required && !(await isVerified(app, by.id))) return refusal('verify_first');
  await app.db
    .updateTable('auth.sign_in_setting')
    .set({ requires_verified_email: is_required, changed_at: app.now(), changed_by: by.name })
    .execute();
  return { ok: true };
}

export async function isVerified(app: Pick<App, 'db'>, user_id: string): Promise<boolean> {
  const { email_verified } = await app.db
    .selectFrom('auth.user')
    .select('email_verified')
    .where('id', '=', user_id)
    .executeTakeFirstOrThrow();
  return email_verified;
}

/**
 * Mails a link that verifies the address, within a day. Whether there is an account that needs one is told neither
 * by words nor by time: the mail goes out after the answer.
 */
export async function mailVerification(
  app: App,
  input: { email: string; address: string; language: Language; origin: string },
): Promise<{ ok: true } | Refusal> {
  const email = foldEmail(input.email);
  if (!isEmail(email)) return refusal('email_invalid', 'email');
  if (!app.mailer.is_configured) return refusal('no_mail');
  const attempt = await countAttempt(app, `verify ${email}`, input.address);
  if (!attempt.ok) return refusal('wait', undefined, { minutes: Math.ceil(attempt.wait_seconds / 60) });
  const text = textsOf(input.language);
  const auth = await app.accounts.auth();
  const send = ({ email: to, token }: { email: string; token: string }) => {
    const link = `${input.origin}/verify-email?token=${token}`;
    const mail = {
      to,
      subject: text('security.mail.verify_subject'),
      text: text('security.mail.verify_body', { link }),
    };
    void app.mailer.send(mail).then((sent) => {
      if (!sent.ok) app.log.warn({ problem: sent.problem }, 'verification not mailed');
    });
  };
  await verificationMail.run(send, () => auth.api.sendVerificationEmail({ body: { email } }));
  return { ok: true };
}

/** Verifies the address that a mailed link was sent to; again is harmless. */
export async function verifyEmail(app: App, token: string): Promise<{ ok: true } | Refusal> {
  const auth = await app.accounts.auth();
  const done = await auth.api.verifyEmail({ query: { token } }).catch((cause: unknown) => {
    if (isRefusedByAuth(cause)) return null;
    throw cause;
  });
  return done ? { ok: true } : refusal('verify_over');
}

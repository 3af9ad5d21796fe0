import type { Dispatcher } from 'undici';
import type { Mailbox } from '#lib/server/accounts/mailboxes.ts';
import type { App } from '#lib/server/app.ts';
import { addressesOf } from '#lib/server/supervisor/address.ts';
import type { Claimed } from './claim.ts';
import { letterOf } from './compose.ts';
import type { Contents } from './content.ts';
import { mailOf } from './mail-letter.ts';
import { seatKey } from './mail-round.ts';
import { prepare } from './payload.ts';
import { sendPush } from './push-send.ts';
import type { Seal } from '#lib/server/seal.ts';
import type { Templates } from './templates.ts';
import { ATTEMPT_DEADLINE_MS, failed, post, type Outcome } from './transport.ts';
import { unsubscribeToken } from './unsubscribe.ts';

export type AttemptDeps = {
  app: App;
  agent: Dispatcher;
  contents: Contents;
  templates: Templates;
  seal: Seal;
  /** The mailboxes of those who are owed mail in this round. */
  mailboxes: Map<string, Mailbox>;
  deadline_ms: number;
};

/** `cancelled`: nobody is there to be told any more; no attempt was made of it. */
export type Attempted = Outcome | 'cancelled';

/** Makes one attempt. Whatever happens, it ends within the deadline and says what came of it. */
export async function attempt(deps: AttemptDeps, claimed: Claimed, at: Date): Promise<Attempted> {
  try {
    switch (claimed.channel) {
      case 'webhook':
        return await postWebhook(deps, claimed, at);
      case 'email':
        return await sendMail(deps, claimed);
      case 'push':
        return await sendPush(deps, claimed, {
          letter: await letterOf(deps.app, deps, claimed),
          at,
        });
      default:
        return claimed.channel satisfies never;
    }
  } catch (cause) {
    deps.app.log.error({ err: cause, delivery_id: claimed.id }, 'a delivery could not be made');
    return failed('message_not_made', cause);
  }
}

async function postWebhook(
  { app, agent, contents, templates, seal, deadline_ms }: AttemptDeps,
  claimed: Claimed,
  at: Date,
): Promise<Attempted> {
  const { url, format, secret_sealed, secret_before_sealed, signing_key_sealed } = claimed;
  if (url === null || format === null || secret_sealed === null || claimed.endpoint_state === 'disabled')
    return 'cancelled';
  const secrets = [secret_sealed, ...(secret_before_sealed ? [secret_before_sealed] : [])].map(seal.open);
  const signing_key = signing_key_sealed ? seal.open(signing_key_sealed) : null;
  const letter = await letterOf(app, { contents, templates }, claimed);
  const prepared = prepare(letter, { url, format, secrets, signing_key }, at);
  // Taken down with the attempt: a signal of the platform would live on until its deadline.
  const late = new AbortController();
  const deadline = setTimeout(() => late.abort(), deadline_ms);
  try {
    return await post(agent, prepared, { format, signal: late.signal });
  } finally {
    clearTimeout(deadline);
  }
}

async function sendMail(
  { app, contents, templates, mailboxes }: AttemptDeps,
  claimed: Claimed,
): Promise<Attempted> {
  const { firm_id, user_id } = claimed;
  const mailbox = mailboxes.get(seatKey({ firm_id, user_id }));
  if (!mailbox) return 'cancelled';
  if (!app.mailer.is_configured) return failed('mail_not_configured', 'SMTP_URL is not set.');
  const letter = await letterOf(app, { contents, templates }, claimed);
  const token = await unsubscribeToken(app.config, { firm_id, user_id });
  const mail = mailOf(letter, {
    to: mailbox.email,
    unsubscribe_url: `${addressesOf(app.config).address}/unsubscribe/${token}`,
    from_host: hostOf(app.config.mail_from),
  });
  const sent = await within(ATTEMPT_DEADLINE_MS, app.mailer.send(mail));
  if (sent === null) return failed('timed_out', `The mail server took more than ${ATTEMPT_DEADLINE_MS} ms.`);
  const nothing = { status: null, retry_after: null };
  if (sent.ok) return { ...nothing, is_success: true, problem: null, detail: null, is_final: false };
  const problem = sent.is_retryable ? 'mail_failed' : 'mail_refused';
  const detail = sent.problem.slice(0, 500);
  return { ...nothing, is_success: false, problem, detail, is_final: !sent.is_retryable };
}

async function within<T>(ms: number, work: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((done) => {
    timer = setTimeout(() => done(null), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The host of a sender such as `Greenlane <greenlane@example.org>`. */
function hostOf(mail_from: string): string {
  return /@([^\s>]+)/.exec(mail_from)?.[1] ?? 'localhost';
}

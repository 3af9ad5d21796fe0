import { createTransport } from 'nodemailer';
import type { Config } from '#lib/server/config.ts';
import { oneLine } from '#lib/domain/text/one-line.ts';

export type Mail = {
  to: string;
  subject: string;
  text: string;
  html?: string;
  /** Kept over retries, so that a mail server and a reader's program know it again. */
  message_id?: string;
  headers?: Record<string, string>;
};

/** A refusal for good (5xx) is not tried again; everything else may be. */
export type MailResult = { ok: true } | { ok: false; problem: string; is_retryable: boolean };

export type Mailer = {
  /** Whether there is a mail server to send by. */
  is_configured: boolean;
  send: (mail: Mail) => Promise<MailResult>;
  close: () => void;
};

/** What a mail server is waited for in all; an attempt to deliver ends within 15 s. */
const CONNECT_TIMEOUT_MS = 5_000;
const ANSWER_TIMEOUT_MS = 10_000;
const CONNECTIONS_MAX = 5;
/** A server that is asked too often by one connection begins to refuse. */
const MAILS_PER_CONNECTION = 100;

/** A pool of connections to the mail server of `SMTP_URL`, opened by the first mail. */
export function createMailer(config: Pick<Config, 'smtp_url' | 'mail_from'>): Mailer {
  const { smtp_url, mail_from } = config;
  if (!smtp_url)
    return {
      is_configured: false,
      send: async () => ({
        ok: false,
        problem: 'SMTP_URL is not set: there is no mail server to send by.',
        is_retryable: false,
      }),
      close: () => {},
    };
  const transport = createTransport({
    url: smtp_url,
    pool: true,
    maxConnections: CONNECTIONS_MAX,
    maxMessages: MAILS_PER_CONNECTION,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: ANSWER_TIMEOUT_MS,
    // A text of ours never names a file or an address to be fetched into the mail.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    is_configured: true,
    send: async ({ to, subject, text, html, message_id, headers }) => {
      try {
        await transport.sendMail({
          from: mail_from,
          to: { name: '', address: oneLine(to) },
          subject: oneLine(subject),
          text,
          ...(html ? { html } : {}),
          ...(message_id ? { messageId: message_id } : {}),
          ...(headers ? { headers } : {}),
        });
        return { ok: true };
      } catch (cause) {
        return { ok: false, problem: problemOf(cause), is_retryable: !isFinal(cause) };
      }
    },
    close: () => transport.close(),
  };
}

function problemOf(cause: unknown): string {
  return oneLine(cause instanceof Error ? cause.message : String(cause));
}

function isFinal(cause: unknown): boolean {
  if (!(cause instanceof Error) || !('responseCode' in cause)) return false;
  return typeof cause.responseCode === 'number' && cause.responseCode >= 500;
}

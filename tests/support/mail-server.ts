import { afterAll } from 'vitest';
import { startSmtp, type KeptMail } from './smtp-sink.ts';
import { freePort } from './start.ts';

export type ReceivedMail = { from: string; subject: string; text: string; recipients: string[] };

const port = await freePort();

/** The mail server of a test file, gone after it. */
export function useMailServer(): {
  readonly url: string;
  take: (to: string) => ReceivedMail;
  all: (to: string) => ReceivedMail[];
} {
  const { received, stop } = startSmtp(port);
  afterAll(stop);
  return {
    url: `smtp://127.0.0.1:${port}`,
    /** The newest mail to this address, taken away. */
    take: (to) => {
      const at = received.findLastIndex(({ recipients }) => recipients.includes(to));
      const [mail] = at < 0 ? [] : received.splice(at, 1);
      if (!mail) throw new Error(`no mail to ${to} came`);
      return shortOf(mail);
    },
    all: (to) => received.filter(({ recipients }) => recipients.includes(to)).map(shortOf),
  };
}

function shortOf({ from, subject = '', text = '', recipients }: KeptMail): ReceivedMail {
  return { from: from?.value[0]?.address ?? '', subject, text, recipients };
}

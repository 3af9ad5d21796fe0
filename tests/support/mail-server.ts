import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { afterAll } from 'vitest';
import { freePort } from './start.ts';

export type ReceivedMail = { from: string; subject: string; text: string; recipients: string[] };

const port = await freePort();

/**
 * A mail server on loopback that keeps what it is sent. It refuses `refused@…` for good and `later@…` for now.
 */
export function useMailServer(): {
  readonly url: string;
  take: (to: string) => ReceivedMail;
  all: (to: string) => ReceivedMail[];
} {
  const received: ReceivedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: ({ address }, _session, done) => {
      const code = { refused: 550, later: 451 }[address.split('@')[0] ?? ''];
      done(code ? Object.assign(new Error('not here'), { responseCode: code }) : null);
    },
    onData: (stream, session, done) => {
      simpleParser(stream).then(
        (mail) => {
          received.push({
            from: mail.from?.value[0]?.address ?? '',
            subject: mail.subject ?? '',
            text: mail.text ?? '',
            recipients: session.envelope.rcptTo.map(({ address }) => address),
          });
          done();
        },
        (cause: Error) => done(cause),
      );
    },
  });
  server.listen(port, '127.0.0.1');
  afterAll(() => new Promise<void>((done) => server.close(() => done())));
  return {
    url: `smtp://127.0.0.1:${port}`,
    /** The newest mail to this address, taken away. */
    take: (to) => {
      const at = received.findLastIndex(({ recipients }) => recipients.includes(to));
      const [mail] = at < 0 ? [] : received.splice(at, 1);
      if (!mail) throw new Error(`no mail to ${to} came`);
      return mail;
    },
    all: (to) => received.filter(({ recipients }) => recipients.includes(to)),
  };
}

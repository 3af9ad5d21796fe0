import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export type KeptMail = ParsedMail & { recipients: string[] };

/**
 * A mail server on loopback that keeps what it is sent, parsed. It refuses `refused@…` for good and `later@…` for
 * now, as servers do.
 */
export function startSmtp(port: number): { received: KeptMail[]; stop: () => Promise<void> } {
  const received: KeptMail[] = [];
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
          const recipients = session.envelope.rcptTo.map(({ address }) => address);
          received.push({ ...mail, recipients });
          done();
        },
        (cause: Error) => done(cause),
      );
    },
  });
  server.listen(port, '127.0.0.1');
  return { received, stop: () => new Promise<void>((done) => server.close(() => done())) };
}

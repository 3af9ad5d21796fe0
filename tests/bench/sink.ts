import { createServer, type Server } from 'node:http';
import { fork, type ChildProcess } from 'node:child_process';
import { SMTPServer } from 'smtp-server';

/**
 * A receiver in a process of its own, so that it takes no time of what is measured: `sink.ts http` takes posts,
 * `sink.ts smtp` takes mails. It tells its port.
 */
export type Sink = { port: number; stop: () => void };

export function startSink(kind: 'http' | 'smtp'): Promise<Sink> {
  return new Promise((done, failed) => {
    const child: ChildProcess = fork(import.meta.filename, [kind], { stdio: 'inherit' });
    child.once('error', failed);
    child.once('message', (port) => done({ port: Number(port), stop: () => child.kill() }));
  });
}

if (process.argv[1] === import.meta.filename) {
  const listening = (port: unknown) => process.send?.(port);
  if (process.argv[2] === 'smtp') {
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData: (stream, _session, done) => stream.resume().on('end', () => done()),
    });
    server.listen(0, '127.0.0.1', () => listening(portOf(server.server)));
  } else {
    const server = createServer((request, response) => {
      request.resume().on('end', () => response.end('ok'));
    });
    server.listen(0, '127.0.0.1', () => listening(portOf(server)));
  }
  process.on('disconnect', () => process.exit());
}

function portOf(server: Pick<Server, 'address'>): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

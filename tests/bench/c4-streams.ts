import { fork } from 'node:child_process';
import { createServer, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { createTail } from '#lib/server/events/tail.ts';
import { publishOnce } from './alert-firms.ts';
import { interleave, median, type Benchmark } from './benchmark.ts';

/**
 * C4: one event to many open streams, from the moment before it is written until the last reader has it, against
 * a loop that writes the same bytes to the same number of answers. The readers are a process of their own.
 */
export const streams: Benchmark = {
  run: async (bench) => {
    const count = bench.size(5_000, 1_000);
    const database = await (await bench.server()).database('streams');
    const tail = createTail(database.app);
    const answers: ServerResponse[] = [];
    const server = createServer((request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      if (request.url === '/peer') {
        answers.push(response);
        response.write(': \n\n');
      } else void pass(tail, response);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', 20_000, done));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const ours_readers = await readersOf(port, '/ours', count);
    const peer_readers = await readersOf(port, '/peer', count);
    const frame = `id: 1-1\nevent: pending_item.moved\ndata: ${JSON.stringify({ data: 'x'.repeat(300) })}\n\n`;
    const rate = async (readers: Readers, act: () => Promise<unknown>) => {
      const since = performance.now();
      const heard = readers.nextRound();
      await act();
      await heard;
      return (count * 1000) / (performance.now() - since);
    };
    const ours = () => rate(ours_readers, () => publishOnce(database.app));
    const peer = () =>
      rate(peer_readers, async () => {
        for (const answer of answers) answer.write(frame);
      });
    try {
      await ours();
      await peer();
      const measured = await interleave(bench.pairs, { ours, peer });
      const [our, their] = [median(measured.ours), median(measured.peer)];
      return [
        {
          id: 'C4',
          ours: `${our.toFixed(0)}/s`,
          peer: `${their.toFixed(0)}/s`,
          ratio: our / their,
          budget: { at_least: 0.7 },
          notes: [
            `${count.toLocaleString('en')} streams; ours begins before the event is written to the database`,
          ],
        },
      ];
    } finally {
      tail.close();
      ours_readers.stop();
      peer_readers.stop();
      server.closeAllConnections();
      server.close();
      await database.drop();
    }
  },
};

/** As the adapter of the framework passes a body on. */
async function pass(tail: ReturnType<typeof createTail>, response: ServerResponse): Promise<void> {
  const body = await tail.open({ firm_id: null }, null);
  if (!body) throw new Error('no stream');
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (!response.write(value)) await new Promise((drained) => response.once('drain', drained));
  }
  response.end();
}

type Readers = { nextRound: () => Promise<void>; stop: () => void };

/** Opens the streams in a process of its own, which tells when each of them got one more event. */
function readersOf(port: number, path: string, count: number): Promise<Readers> {
  return new Promise((ready, failed) => {
    const child = fork(import.meta.filename, [String(port), path, String(count)], { stdio: 'inherit' });
    let heard: () => void = () => {};
    child.once('error', failed);
    child.on('message', (message) => {
      if (message !== 'open') heard();
      else ready({ nextRound: () => new Promise((done) => (heard = done)), stop: () => child.kill() });
    });
  });
}

if (process.argv[1] === import.meta.filename) {
  const [, , port, path, count] = process.argv;
  let opened = 0;
  let told = 0;
  for (let n = 0; n < Number(count); n += 1) {
    const socket = connect(Number(port), '127.0.0.1', () =>
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`),
    );
    let is_open = false;
    socket.on('error', () => process.exit(1));
    socket.on('data', (bytes) => {
      if (!is_open) {
        is_open = true;
        if ((opened += 1) === Number(count)) process.send?.('open');
      }
      if (!bytes.includes('data: ')) return;
      told += 1;
      if (told % Number(count) === 0) process.send?.('round');
    });
  }
  process.on('disconnect', () => process.exit());
}

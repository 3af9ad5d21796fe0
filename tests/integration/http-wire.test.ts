import { createServer, request as send, type IncomingMessage } from 'node:http';
import { getRequest, setResponse } from '@sveltejs/kit/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { operation, respond } from '#lib/server/http/operation.ts';
import { useDatabase } from '../support/database.ts';
import { operatorActor } from '../support/factories.ts';

/** Operations behind a real HTTP server, with the framework's own translation of requests. */
const database = useDatabase();
const LIMIT_BYTES = 1_000;

const take = operation({
  method: 'post',
  path: '/take',
  tag: 'Operation',
  summary: 'Takes a body',
  access: { scope: 'admin', side: 'operator' },
  body: z.object({ name: z.string() }),
  body_bytes_max: LIMIT_BYTES,
  response: { status: 201, description: 'Its name' },
  run: async ({ body }) => ({ name: body.name }),
});

const server = createServer(
  (incoming, outgoing) => void answer(incoming).then((response) => setResponse(outgoing, response)),
);
let port = 0;

async function answer(incoming: IncomingMessage): Promise<Response> {
  const request = await getRequest({ request: incoming, base: `http://127.0.0.1:${port}` });
  return respond(take, {
    request,
    url: new URL(request.url),
    params: {},
    locals: { app: database.current.app, actor: operatorActor(['admin']), request_id: 'req-0001' },
    getClientAddress: () => '127.0.0.1',
  });
}

beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  port = typeof address === 'object' && address ? address.port : 0;
});
afterAll(() => new Promise((closed) => server.close(closed)));

/** Sends chunk after chunk until the server answers or `chunks` are sent; resolves with the answer. */
function post(
  chunks: Iterable<string>,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    let is_answered = false;
    const outgoing = send(
      {
        port,
        host: '127.0.0.1',
        method: 'POST',
        path: '/take',
        agent: false,
        headers: { 'content-type': 'application/json', ...headers },
      },
      (incoming) => {
        is_answered = true;
        let body = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (chunk: string) => (body += chunk));
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body }));
        incoming.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    const rest = chunks[Symbol.iterator]();
    const next = () => {
      const chunk = is_answered ? { done: true as const } : rest.next();
      if (chunk.done) outgoing.end();
      else outgoing.write(chunk.value, () => setImmediate(next));
    };
    next();
  });
}

function* spaces(count: number): Generator<string> {
  for (let sent = 0; sent < count; sent += 1) yield ' '.repeat(64 * 1024);
}

describe('over the wire', () => {
  test('a body without a length is taken', async () => {
    expect(await post(['{"name":', '"a"}'])).toEqual({ status: 201, body: '{"name":"a"}' });
  });

  test('a body without a length that is too large is refused with its sentence, not by a cut connection', async () => {
    const refused = await post(spaces(1_000));
    expect(refused.status).toBe(413);
    expect(refused.body).toContain('larger than 1000 bytes');
  });

  test('a body that announces too much is refused with its sentence', async () => {
    const refused = await post(spaces(16), { 'content-length': String(16 * 64 * 1024) });
    expect(refused.status).toBe(413);
    expect(refused.body).toContain('larger than 1000 bytes');
  });

  test('the server serves on after refusals', async () => {
    for (let turn = 0; turn < 10; turn += 1) await post(spaces(50));
    expect((await post(['{"name":"b"}'])).status).toBe(201);
  });

  test('a body that breaks off leaves nothing hanging', async () => {
    await new Promise<void>((closed) => {
      const outgoing = send({
        port,
        host: '127.0.0.1',
        method: 'POST',
        path: '/take',
        headers: { 'content-type': 'application/json', 'content-length': '100' },
      });
      outgoing.on('error', () => closed());
      outgoing.write('{"name"', () => setTimeout(() => outgoing.destroy(), 20));
    });
    expect((await post(['{"name":"c"}'])).status).toBe(201);
  });
});

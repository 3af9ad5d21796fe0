import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import type { App } from '#lib/server/app.ts';
import { operation, readBytes, respond } from '#lib/server/http/operation.ts';
import { pageFields } from '#lib/server/http/page.ts';
import { useDatabase } from '../support/database.ts';
import { firmActor, operatorActor } from '../support/factories.ts';
import {
  createThing,
  expectProblem,
  FIRM,
  type Given,
  problemOf,
  REQUEST_ID,
  writer,
  requestOf,
  loggedBy,
} from '../support/http.ts';

const database = useDatabase();
const event = (given: Given = {}) => requestOf(database.current.app, given);
const withLog = () => loggedBy(database.current.app);

const readThing = operation({
  method: 'get',
  path: '/things/{id}',
  tag: 'Operation',
  summary: 'Reads a thing',
  access: { scope: 'portfolio:read', side: 'firm' },
  params: z.object({ id: z.uuid() }),
  query: z.object({ ...pageFields(z.tuple([z.string()])), note: z.string().optional() }),
  response: { description: 'A thing' },
  run: async ({ params, firm, query }) => ({ id: params.id, firm: firm?.slug, limit: query.limit }),
});
const thing_at = { path: '/api/v1/things/x', params: { id: FIRM.id } };
describe('authentication and authorisation', () => {
  test('asks for a key when there is none', async () => {
    const response = await respond(readThing, event({ ...thing_at, actor: null }));
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="greenlane"');
    await expectProblem(response, 401, /Send a key/);
  });

  test('says that a key which was sent is not valid', async () => {
    const headers = { authorization: 'Bearer glk_wrong' };
    const response = await respond(readThing, event({ ...thing_at, headers, actor: null }));
    expect(response.headers.get('www-authenticate')).toContain('invalid_token');
    await expectProblem(response, 401, /unknown, expired or revoked/);
  });

  test('names the scope that is missing, and whose', async () => {
    const actor = firmActor(FIRM, ['clearance:read']);
    await expectProblem(
      await respond(readThing, event({ ...thing_at, actor })),
      403,
      /^This key does not carry the scope portfolio:read of a firm\./,
    );
  });

  test("does not take the operator's scope for the firm's", async () => {
    const actor = operatorActor(['portfolio:read']);
    expect((await respond(readThing, event({ ...thing_at, actor }))).status).toBe(403);
  });

  test('asks the operator for its own scope where it differs', async () => {
    const keep = {
      ...readThing,
      access: { scope: 'portfolio:read', operator_scope: 'rules:read', side: 'either' } as const,
    };
    const as = async (actor: Actor) => (await respond(keep, event({ ...thing_at, actor }))).status;
    expect(await as(operatorActor(['rules:read']))).toBe(200);
    expect(await as(operatorActor(['portfolio:read']))).toBe(403);
    expect(await as(firmActor(FIRM, ['rules:read']))).toBe(403);
    expect(await as(firmActor(FIRM, ['portfolio:read']))).toBe(200);
  });

  test('checks authorisation before the address, the query and the body', async () => {
    const { create } = createThing();
    expect((await respond(create, event({ body: 'no JSON', actor: null }))).status).toBe(401);
    expect((await respond(readThing, event({ params: { id: 'x' }, actor: null }))).status).toBe(401);
  });

  test('works for the firm where an actor could do either', async () => {
    const actor = { ...writer, operator_scopes: writer.firm_scopes };
    const whose = operation({
      method: 'get',
      path: '/whose',
      tag: 'Operation',
      summary: 'Whose rows',
      access: { scope: 'portfolio:read', side: 'either' },
      response: { description: 'The firm' },
      run: async ({ firm }) => ({ firm: firm?.slug ?? null }),
    });
    expect(await (await respond(whose, event({ actor }))).json()).toEqual({ firm: 'sample' });
    expect(await (await respond(whose, event({ actor: { ...actor, firm: null } }))).json()).toEqual({
      firm: null,
    });
  });
});

describe('a browser session', () => {
  const person: Actor = {
    ...writer,
    kind: 'person',
    email: 'a@example.org',
    memberships: [],
    role: 'owner',
    operator_roles: [],
  };
  const send = (headers: Record<string, string>, actor: Actor = person) =>
    respond(createThing().create, event({ body: '{"name":"a"}', headers, actor }));

  test.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['an opaque origin', { origin: 'null' }],
    ['another port of the same host', { origin: 'http://127.0.0.1:3001' }],
    ['a sister site', { 'sec-fetch-site': 'same-site' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
  ])('does not write from %s', async (_what, headers: Record<string, string>) => {
    await expectProblem(await send(headers), 403, /Use a key instead/);
  });

  test('writes from our own pages, and a key from anywhere', async () => {
    const own = { origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-origin' };
    expect((await send(own)).status).toBe(201);
    expect(
      (await send({ origin: 'https://erp.example', 'sec-fetch-site': 'cross-site' }, writer)).status,
    ).toBe(201);
  });
});

describe('what was sent', () => {
  test('an address with an impossible parameter does not exist', async () => {
    const response = await respond(readThing, event({ params: { id: 'x' } }));
    expect(await problemOf(response)).toEqual({
      status: 404,
      detail: 'There is nothing at this address.',
      errors: [],
    });
  });

  test.each([
    ['?limit=0', 'limit', 'The query cannot be used: limit is less than 1.'],
    ['?limit=abc', 'limit', 'The query cannot be used: limit is not a number.'],
    ['?limit=1&limit=2', 'limit', 'The query cannot be used: limit is not a number.'],
    [
      '?cursor=abc',
      'cursor',
      'The query cannot be used: cursor is not a cursor of this list; leave it out to start with the newest.',
    ],
    [
      '?limit=0&cursor=abc',
      'limit',
      'The query cannot be used: limit is less than 1. And 1 more, listed in errors.',
    ],
  ])('refuses the query %s', async (query, field, detail) => {
    const response = await respond(readThing, event({ ...thing_at, path: `/api/v1/things/x${query}` }));
    const [first] = await expectProblem(response, 422, detail);
    expect(first).toMatchObject({ field });
  });

  test('refuses a query with NUL, which no text of the database can hold', async () => {
    const response = await respond(readThing, event({ ...thing_at, path: '/api/v1/things/x?note=a%00b' }));
    await expectProblem(response, 422, /note contains the character U\+0000/);
  });

  test('takes an empty query field for an absent one', async () => {
    const response = await respond(
      readThing,
      event({ ...thing_at, path: '/api/v1/things/x?limit=&__proto__=1' }),
    );
    expect(await response.json()).toMatchObject({ limit: 50 });
  });

  test.each([
    ['text/plain', 'The body is text/plain; send application/json in Content-Type.'],
    [
      'application/x-www-form-urlencoded',
      'The body is application/x-www-form-urlencoded; send application/json in Content-Type.',
    ],
  ])('refuses %s with 415', async (type, detail) => {
    const response = await respond(
      createThing().create,
      event({ body: '{}', headers: { 'content-type': type } }),
    );
    await expectProblem(response, 415, detail);
  });

  test('refuses a compressed body with 415', async () => {
    const headers = { 'content-encoding': 'gzip' };
    const response = await respond(createThing().create, event({ body: '{}', headers }));
    await expectProblem(response, 415, /gzip/);
  });

  test('takes JSON with a charset, with a byte order mark and of a JSON subtype', async () => {
    for (const type of [
      'application/json; charset=utf-8',
      'APPLICATION/JSON',
      'application/merge-patch+json',
    ]) {
      const given = { body: '\ufeff{"name":"a"}', headers: { 'content-type': type } };
      expect((await respond(createThing().create, event(given))).status).toBe(201);
    }
  });

  test.each([
    [
      'malformed JSON',
      '{"name": ',
      'The body is not complete JSON: it ends too early, at line 1, column 10.',
      { line: 1 },
    ],
    [
      'a wrong field',
      '{"name":"a","at":"13 May"}',
      'The body cannot be used: at is not a day such as 2026-05-13.',
      { pointer: '/at', code: 'invalid_format' },
    ],
    [
      'a missing field',
      '{}',
      'The body cannot be used: name is missing.',
      { pointer: '/name', code: 'missing' },
    ],
    ['a list', '[]', 'The body cannot be used: the body is a list, not an object.', { pointer: '' }],
    [
      'NUL',
      '{"name":"a\\u0000"}',
      'The body cannot be used at /name: the text contains the character U+0000.',
      { pointer: '/name' },
    ],
    ['a bomb of brackets', '['.repeat(1_000) + ']'.repeat(1_000), /nested deeper than 64/, {}],
  ])('refuses %s with 422 and its place', async (_what, body, detail, place) => {
    const [first] = await expectProblem(await respond(createThing().create, event({ body })), 422, detail);
    expect(first).toMatchObject(place);
  });

  test('refuses a body that is not UTF-8', async () => {
    const body = Uint8Array.from([0x7b, 0xd6, 0xd0, 0x7d]);
    await expectProblem(
      await respond(createThing().create, event({ body })),
      422,
      'The body is not UTF-8. JSON is always UTF-8.',
    );
  });

  test('says that a body is missing', async () => {
    const response = await respond(createThing().create, event({ method: 'POST' }));
    await expectProblem(response, 422, 'The body cannot be used: the body is missing.');
  });

  test('refuses a body that announces too much, also when it never comes', async () => {
    const body = new ReadableStream<Uint8Array>({}, { highWaterMark: 0 });
    const response = await respond(
      createThing().create,
      event({ body, headers: { 'content-length': '2001' } }),
    );
    await expectProblem(response, 413, 'The body is larger than 1 kB. Send it in parts.');
  });

  test('refuses an endless body of unknown length, and cuts it off only after much patience', async () => {
    const chunk = new Uint8Array(1024 * 1024).fill(0x20);
    let pulled = 0;
    let cancelled_after = 0;
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          pulled += 1;
          controller.enqueue(chunk);
        },
        cancel: () => void (cancelled_after = pulled),
      },
      { highWaterMark: 0 },
    );
    await expectProblem(await respond(createThing().create, event({ body })), 413, /larger than 1 kB/);
    expect(cancelled_after).toBe(66);
  });

  test('takes a body of exactly the limit', async () => {
    const body = `{"name":"${'a'.repeat(2_000 - 11)}"}`;
    expect((await respond(createThing().create, event({ body }))).status).toBe(201);
    expect((await respond(createThing().create, event({ body: `${body} ` }))).status).toBe(413);
  });

  test('a body that breaks off is no failure of ours', async () => {
    const { app, lines } = withLog();
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error('aborted')),
    });
    const response = await respond(createThing().create, event({ body, app }));
    expect(await problemOf(response)).toMatchObject({ status: 400 });
    expect(lines()).toBe('');
  });

  test('a raw body is refused by its media type and else left unread', async () => {
    const take = operation({
      method: 'post',
      path: '/raw',
      tag: 'Operation',
      summary: 'Takes bytes',
      access: { scope: 'portfolio:write', side: 'firm' },
      raw_body: { media_types: ['text/csv'], description: 'Rows' },
      response: { description: 'Their length' },
      run: async ({ request }) => ({ bytes: (await readBytes(request, 100)).byteLength }),
    });
    expect((await respond(take, event({ body: 'a' }))).status).toBe(415);
    const csv = { body: 'a,b', headers: { 'content-type': 'text/csv; charset=GB18030' } };
    expect(await (await respond(take, event(csv))).json()).toEqual({ bytes: 3 });
  });
});

describe('the answer', () => {
  test('carries an ETag that spares the same answer', async () => {
    const first = await respond(readThing, event(thing_at));
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    expect(first.headers.get('vary')).toContain('greenlane-firm');
    for (const tag of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const again = await respond(readThing, event({ ...thing_at, headers: { 'if-none-match': tag } }));
      expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    }
    const other = await respond(readThing, event({ ...thing_at, headers: { 'if-none-match': '"x"' } }));
    expect(other.status).toBe(200);
  });

  test('has the same headers for HEAD as for GET', async () => {
    const get = await respond(readThing, event(thing_at));
    const head = await respond(readThing, event({ ...thing_at, method: 'HEAD' }));
    expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(get.headers));
  });

  test('is 204 without a body when there is nothing to say', async () => {
    const response = await respond(createThing(() => undefined).create, event({ body: '{"name":"a"}' }));
    expect([response.status, await response.text(), response.headers.get('content-type')]).toEqual([
      204,
      '',
      null,
    ]);
  });
});

describe('a failure inside', () => {
  const failing = (cause: Error) =>
    createThing(() => {
      throw cause;
    }).create;
  const send = (cause: Error, app: App) => respond(failing(cause), event({ body: '{"name":"a"}', app }));

  test('shows nothing of itself but the id under which the log keeps its cause', async () => {
    const { app, lines } = withLog();
    const response = await send(new Error('relation "secret_table" does not exist'), app);
    const text = await response.clone().text();
    expect((await problemOf(response)).detail).toContain(REQUEST_ID);
    expect(response.status).toBe(500);
    expect(text).not.toMatch(/secret_table|\.ts|at /);
    expect(lines()).toContain('secret_table');
    expect(lines()).toContain(REQUEST_ID);
    expect(lines()).toContain('post /things');
  });

  test('does not claim that nothing happened when it cannot know', async () => {
    const { app } = withLog();
    expect((await problemOf(await send(new Error('lost'), app))).detail).toMatch(
      /Look whether it took effect/,
    );
  });

  test.each([
    ['a database that is gone', Object.assign(new Error('terminating connection'), { code: '57P01' }), '5'],
    ['a pool that gives no connection', new Error('timeout exceeded when trying to connect'), '5'],
    ['a deadlock', Object.assign(new Error('deadlock detected'), { code: '40P01' }), '1'],
  ])('asks to come back after %s', async (_what, cause, seconds) => {
    const { app } = withLog();
    const response = await send(cause, app);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, seconds]);
  });
});

import { describe, expect, test } from 'vitest';
import { respond } from '#lib/server/http/operation.ts';
import { refuse } from '#lib/server/http/problem.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm, firmActor } from '../support/factories.ts';
import {
  createThing,
  expectProblem,
  FIRM,
  type Given,
  writer,
  requestOf,
  loggedBy,
} from '../support/http.ts';

const database = useDatabase();
const event = (given: Given = {}) => requestOf(database.current.app, given);
const withLog = () => loggedBy(database.current.app);

describe('an idempotency key', () => {
  let number = 0;
  const nextKey = () => `key-${(number += 1)}`;
  const send = (create: ReturnType<typeof createThing>['create'], key: string, given: Given = {}) =>
    respond(
      create,
      event({ body: '{"name":"a"}', ...given, headers: { 'idempotency-key': key, ...given.headers } }),
    );
  const age = (key: string, interval: string) =>
    database.current.owner.pg.query(
      'update idempotency_key set created_at = created_at - $2::interval where key = $1',
      [key, interval],
    );

  test('gives the first answer again and does the work once', async () => {
    const { create, runs } = createThing();
    const key = nextKey();
    const first = await send(create, key);
    const again = await send(create, key);
    expect([first.status, await first.json()]).toEqual([201, { run: 1 }]);
    expect([again.status, await again.json()]).toEqual([201, { run: 1 }]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.headers.get('content-type')).toBe('application/json');
    expect(runs()).toBe(1);
  });

  test('gives an empty answer again as an empty one', async () => {
    const { create, runs } = createThing(() => undefined);
    const key = nextKey();
    await send(create, key);
    const again = await send(create, key);
    expect([again.status, await again.text(), runs()]).toEqual([204, '', 1]);
  });

  test('is a conflict with another body, another address or another firm', async () => {
    const { create, runs } = createThing();
    const key = nextKey();
    const other_firm = await createFirm(database.current.owner);
    await send(create, key);
    const others: Given[] = [
      { body: '{"name":"b"}' },
      { path: '/api/v1/things?dry=1' },
      { actor: { ...writer, firm: other_firm } },
    ];
    for (const given of others) await expectProblem(await send(create, key, given), 409, /another request/);
    expect(runs()).toBe(1);
  });

  test('of another actor is another key', async () => {
    const { create, runs } = createThing();
    const key = nextKey();
    await send(create, key);
    await send(create, key, { actor: firmActor(FIRM, ['portfolio:write']) });
    expect(runs()).toBe(2);
  });

  test('is refused while the first request still runs, and twenty at once do the work once', async () => {
    const gate = Promise.withResolvers<void>();
    const { create, runs } = createThing(async (run) => {
      await gate.promise;
      return { run };
    });
    const key = nextKey();
    const sent = Array.from({ length: 20 }, () => send(create, key));
    const refused = await Promise.any(
      sent.map(async (one) => ((await one).status === 409 ? one : Promise.reject(new Error('not refused')))),
    );
    expect(refused.headers.get('retry-after')).toBe('1');
    await expectProblem(refused, 409, /still running/);
    gate.resolve();
    const statuses = (await Promise.all(sent)).map((response) => response.status);
    expect(statuses.filter((status) => status === 201).length).toBeGreaterThanOrEqual(1);
    expect(runs()).toBe(1);
  });

  test('is free again after 24 hours, also for another body', async () => {
    const { create, runs } = createThing();
    const key = nextKey();
    await send(create, key);
    await age(key, '23 hours 59 minutes');
    expect((await send(create, key)).headers.get('idempotency-replayed')).toBe('true');
    await age(key, '2 minutes');
    expect((await send(create, key, { body: '{"name":"b"}' })).status).toBe(201);
    expect(runs()).toBe(2);
  });

  test.each([
    ['a refusal', () => refuse(409, 'Not today.')],
    ['a failure', () => Promise.reject(new Error('lost'))],
  ])('is given back after %s', async (_what, fail) => {
    const { create, runs } = createThing((run) => (run === 1 ? fail() : { run }));
    const key = nextKey();
    expect((await send(create, key, { app: withLog().app })).status).toBeGreaterThanOrEqual(409);
    expect((await send(create, key)).status).toBe(201);
    expect(runs()).toBe(2);
  });

  test('stays taken when the work is done and only its answer could not be stored', async () => {
    const { owner } = database.current;
    const key = nextKey();
    const { create, runs } = createThing(async (run) => {
      await owner.pg.query(
        `alter table idempotency_key add constraint no_answer check (answer is null) not valid`,
      );
      return { run };
    });
    try {
      expect((await send(create, key, { app: withLog().app })).status).toBe(500);
    } finally {
      await owner.pg.query('alter table idempotency_key drop constraint if exists no_answer');
    }
    expect((await send(create, key)).status).toBe(409);
    expect(runs()).toBe(1);
  });

  test('of a process that died is free again after a minute, for the same request alone', async () => {
    const gate = Promise.withResolvers<void>();
    const { create, runs } = createThing(async (run) => {
      if (run === 1) await gate.promise;
      return { run };
    });
    const key = nextKey();
    const lost = send(create, key);
    await expect.poll(() => runs()).toBe(1);
    // The time that the test itself takes counts as well.
    await age(key, '45 seconds');
    expect((await send(create, key)).status).toBe(409);
    await age(key, '16 seconds');
    expect((await send(create, key, { body: '{"name":"b"}' })).status).toBe(409);
    expect(await (await send(create, key)).json()).toEqual({ run: 2 });
    // The one that was taken for dead comes back: it neither overwrites nor frees what the other stored.
    gate.resolve();
    await lost;
    expect(await (await send(create, key)).json()).toEqual({ run: 2 });
    expect(runs()).toBe(2);
  });

  test('that is too long is refused', async () => {
    const response = await send(createThing().create, 'k'.repeat(256));
    await expectProblem(response, 422, 'Idempotency-Key is longer than 255 characters.');
  });

  test('of a stranger is not kept: nobody may read what another stranger sent', async () => {
    const { create, runs } = createThing();
    const open = { ...create, access: 'public' as const };
    const key = nextKey();
    await send(open, key, { actor: null });
    await send(open, key, { actor: null });
    expect(runs()).toBe(2);
  });
});

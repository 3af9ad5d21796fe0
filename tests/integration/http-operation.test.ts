import { createServer } from 'node:net';
import { sql } from 'kysely';
import { afterEach, describe, expect, test } from 'vitest';
import { createApp } from '#lib/server/app.ts';
import { answerMetrics, metricsText, observeRequest, type Gauge } from '#lib/server/http/metrics.ts';
import { answerHealth, answerReadiness, checkReadiness } from '#lib/server/http/readiness.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm, firmActor, operatorActor } from '../support/factories.ts';

const database = useDatabase();
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** The app as it is when its database is at this address. */
function appAt(url: string) {
  const app = createApp({ ...database.current.app.config, database_url: url }, 'test');
  closing.push(app.close);
  return app;
}

/** A server that accepts connections and never says a word. */
async function silentServer(): Promise<string> {
  const sockets = new Set<{ destroy: () => void }>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((closed) => server.close(closed));
  });
  const address = server.address();
  return `postgres://a:b@127.0.0.1:${typeof address === 'object' ? address?.port : ''}/c`;
}

describe('readiness', () => {
  test('is given when the database answers and has every migration', async () => {
    const response = await answerReadiness(database.current.app);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'ready', checks: { database: 'ok', schema: 'ok' } });
  });

  test('is withheld while a migration is pending', async () => {
    const { owner, app } = database.current;
    const { rows } = await sql<{ name: string; timestamp: string }>`
      delete from kysely_migration where name = '0002_idempotency' returning name, timestamp`.execute(
      owner.db,
    );
    try {
      const response = await answerReadiness(app);
      expect(response.status).toBe(503);
      expect(await response.json()).toMatchObject({
        status: 'not_ready',
        checks: { schema: 'migrations_pending' },
      });
    } finally {
      for (const { name, timestamp } of rows)
        await sql`insert into kysely_migration (name, timestamp) values (${name}, ${timestamp})`.execute(
          owner.db,
        );
    }
    expect((await answerReadiness(app)).status).toBe(200);
  });

  test('is withheld when nothing listens where the database should be', async () => {
    const found = await checkReadiness(appAt('postgres://a:b@127.0.0.1:1/c'));
    expect(found).toMatchObject({ status: 'not_ready', checks: { database: 'failed' } });
  });

  test('is withheld in time when the database hangs, and one check serves all who ask', async () => {
    const app = appAt(await silentServer());
    const found = await Promise.all(Array.from({ length: 20 }, () => checkReadiness(app, 50)));
    expect(found.every(({ checks }) => checks.database === 'timeout')).toBe(true);
    expect(app.pool.pg.totalCount + app.pool.pg.waitingCount).toBeLessThanOrEqual(1);
  });
});

test('health needs nothing but the process', async () => {
  const response = answerHealth();
  expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
});

describe('metrics', () => {
  const local = { headers: new Headers({ host: '127.0.0.1:3000' }), client_address: '127.0.0.1' };
  const remote = { headers: new Headers({ host: 'greenlane.example.org' }), client_address: '203.0.113.9' };
  const ask = (who: typeof local, actor: Parameters<typeof answerMetrics>[0]['actor']) =>
    answerMetrics({ ...who, app: database.current.app, actor, request_id: 'req-0001' });

  test('are for this machine and for an operator with the scope admin', async () => {
    const firm = await createFirm(database.current.owner);
    expect((await ask(local, null)).status).toBe(200);
    expect((await ask(remote, operatorActor(['admin']))).status).toBe(200);
    expect((await ask(remote, operatorActor(['watch:read']))).status).toBe(403);
    expect((await ask(remote, firmActor(firm, ['admin']))).status).toBe(403);
    expect((await ask(remote, null)).status).toBe(404);
  });

  test('count requests by method, route and class of status', async () => {
    observeRequest({ method: 'GET', route: '/api/v1/things/[id]', status: 404, seconds: 0.2 });
    observeRequest({ method: 'BREW', route: null, status: 405, seconds: 0.001 });
    const text = await metricsText(database.current.app);
    const count = 'greenlane_http_request_duration_seconds_count';
    expect(text).toContain(`${count}{method="GET",route="/api/v1/things/[id]",status="4xx"} 1`);
    expect(text).toContain(`${count}{method="other",route="none",status="4xx"} 1`);
    expect(text).toContain('process_cpu_user_seconds_total');
    expect(text).toMatch(/greenlane_db_pool_connections\{state="idle"\} \d/);
  });

  test('tell what a noun adds, and leave out what it cannot read', async () => {
    const gauges: Gauge[] = [
      {
        name: 'greenlane_test_things',
        help: 'Things.',
        label_names: ['state'],
        read: async () => [{ labels: { state: 'due' }, value: 3 }],
      },
      { name: 'greenlane_test_broken', help: 'Fails.', read: () => Promise.reject(new Error('no table')) },
    ];
    const text = await metricsText(database.current.app, gauges);
    expect(text).toContain('greenlane_test_things{state="due"} 3');
    expect(text).not.toContain('greenlane_test_broken');
    expect(await metricsText(database.current.app, [])).not.toContain('greenlane_test_things');
  });
});

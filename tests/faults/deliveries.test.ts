import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, chmod, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp, type App } from '#lib/server/app.ts';
import { sealOf } from '#lib/server/seal.ts';
import { parseConfig } from '#lib/server/config.ts';
import { connect, type Pool } from '#lib/server/db/connect.ts';
import { startEmbedded, stopEmbedded } from '#lib/server/db/embedded.ts';
import { migrate } from '#lib/server/db/migrate.ts';
import { happens } from '../support/alerts.ts';

/** A fan-out that is killed again and again; the full one with LONG=1. */
const RECIPIENTS = process.env.LONG === '1' ? 50_000 : 3_000;
const KILLS = process.env.LONG === '1' ? 50 : 6;
const RECOVERY_MS = 45_000;
const WORKER = resolve(import.meta.dirname, '../../jobs/worker.ts');

let folder = '';
let url = '';
let owner: Pool;
let app: App;
const ledger = new Map<string, number>();
const receiver = createServer((request, response) => {
  request.resume().on('end', () => {
    const id = String(request.headers['webhook-id']);
    ledger.set(id, (ledger.get(id) ?? 0) + 1);
    response.end('ok');
  });
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlane-fanout-'));
  await chmod(folder, 0o755);
  const started = await startEmbedded(folder);
  if (!started.ok) throw new Error(started.problem);
  url = started.database.url;
  const migrated = await migrate(url);
  if (!migrated.ok) throw new Error(migrated.problem);
  owner = connect(url, 'owner', { size: 2 });
  const parsed = parseConfig({ DATABASE_URL: url, DATA_DIR: folder, LOG_LEVEL: 'silent' });
  if (!parsed.ok) throw new Error(parsed.problems.join(' '));
  app = createApp({ ...parsed.config, database_url: url }, 'test');
  await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
});

afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await Promise.all([owner.end(), app.close()]);
  await stopEmbedded(folder, { force: true });
  await rm(folder, { recursive: true, force: true });
});

async function subscribed(count: number): Promise<void> {
  const address = receiver.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const sealed = (await sealOf(app.config)).close(`whsec_${randomBytes(32).toString('base64')}`);
  await sql`insert into auth.firm (slug, name) select 'f-' || n, 'Firm ' || n from generate_series(1, ${count}) n`.execute(
    owner.db,
  );
  await sql`
    insert into endpoint (firm_id, url, secret_sealed)
    select f.id, ${`http://127.0.0.1:${port}/`}, ${sealed} from auth.firm f`.execute(owner.db);
  await sql`
    insert into subscription (firm_id, to_inbox, endpoint_ids) select p.firm_id, true, array[p.id] from endpoint p`.execute(
    owner.db,
  );
  await sql`analyze`.execute(owner.db);
}

function startWorker(): ChildProcess {
  return fork(WORKER, [], {
    env: {
      ...process.env,
      DATABASE_URL: url,
      DATA_DIR: folder,
      LOG_LEVEL: 'silent',
      ALLOW_PRIVATE_ADDRESSES: '127.0.0.0/8',
    },
    stdio: 'ignore',
  });
}

async function waiting(): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    select count(*) as count from delivery where state = 'pending' and channel = 'webhook'`.execute(owner.db);
  return Number(rows[0]?.count ?? 0);
}

test('a fan-out whose workers are killed at any moment reaches everybody, with one id each, soon after the last kill', async () => {
  await subscribed(RECIPIENTS);
  const told = await happens(app);
  expect(told).toMatchObject({ alerts: RECIPIENTS, deliveries: RECIPIENTS });
  for (let kill = 0; kill < KILLS; kill += 1) {
    const worker = startWorker();
    const gone = new Promise((done) => worker.once('exit', done));
    // At least until it works, at most into the middle of it; never the same moment twice.
    const before = ledger.size;
    for (let turn = 0; turn < 200 && ledger.size === before && (await waiting()) > 0; turn += 1)
      await sleep(50);
    await sleep(20 + ((kill * 137) % 400));
    worker.kill('SIGKILL');
    await gone;
  }
  const last_kill = Date.now();
  const killed_with = await waiting();
  const worker = startWorker();
  while ((await waiting()) > 0 && Date.now() - last_kill < RECOVERY_MS * 4) await sleep(250);
  // Of what was in flight when the last one was killed, the leases had to run out first.
  const seconds = (Date.now() - last_kill) / 1000;
  worker.kill('SIGKILL');
  process.stderr.write(
    `  ${RECIPIENTS} recipients, ${KILLS} kills, ${killed_with} waiting at the last; clear after ${seconds.toFixed(1)} s\n`,
  );
  expect(await waiting()).toBe(0);
  const { rows } = await sql<{ id: string; attempts: string }>`
    select 'msg_' || d.id as id, count(t.id) as attempts from delivery d left join delivery_attempt t on t.delivery_id = d.id
    where d.channel = 'webhook' group by d.id`.execute(owner.db);
  expect(new Set(rows.map(({ id }) => id))).toEqual(new Set(ledger.keys()));
  expect(rows).toHaveLength(RECIPIENTS);
  expect(seconds * 1000).toBeLessThan(RECOVERY_MS + killed_with * 20);
}, 1_800_000);

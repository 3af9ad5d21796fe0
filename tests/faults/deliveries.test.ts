import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { sealOf } from '#lib/server/seal.ts';
import { connect, type Pool } from '#lib/server/db/connect.ts';
import { runningEmbedded } from '#lib/server/db/embedded.ts';
import { useInstallation } from '../support/installation.ts';
import { until, type Started } from '../support/start.ts';

/** A fan-out whose processes are killed again and again; the full one with LONG=1. */
const RECIPIENTS = process.env.LONG === '1' ? 50_000 : 5_000;
const KILLS = process.env.LONG === '1' ? 51 : 9;
/** So many meet the publication itself, the others what follows from it. */
const KILLS_OF_PUBLISHING = 3;
/** After a crash, work in flight is taken up again within this. */
const RECOVERY_MS = 45_000;
const VICTIMS = ['web', 'database', 'worker'] as const;
/** The moments are by chance, and with `SEED` the same as once before. */
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

const installation = useInstallation();
installation.settings.ALLOW_PRIVATE_ADDRESSES = '127.0.0.0/8';

/** By the path of a recipient: each id that came, and how often. */
const ledger = new Map<string, Map<string, number>>();
let received = 0;
const receiver = createServer((request, response) => {
  request.resume().on('end', () => {
    const path = request.url ?? '/';
    const ids = ledger.get(path) ?? new Map<string, number>();
    const id = String(request.headers['webhook-id']);
    ids.set(id, (ids.get(id) ?? 0) + 1);
    ledger.set(path, ids);
    received += 1;
    response.end('ok');
  });
});
beforeAll(() => new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening)));
afterAll(() => {
  receiver.closeAllConnections();
  receiver.close();
});

test(
  'a fan-out during which web, database and worker are killed reaches everybody, with one id each, soon after the last kill',
  { timeout: 1_800_000 },
  async () => {
    const one = await installation.begin();
    const url = await runningEmbedded(installation.data_dir);
    if (!url) throw new Error('no database runs');
    await subscribe(url);
    const moments = fc.sample(fc.integer({ min: 0, max: 700 }), { numRuns: KILLS, seed: SEED });
    const version = await aDraft();
    let killed = 0;
    for (; killed < KILLS_OF_PUBLISHING; killed += 1) {
      const publishing = ask(version.publisher, `/versions/${version.id}/publish`, {});
      await sleep(moments[killed]);
      await kill(one, killed);
      await publishing;
    }
    await until('it is published', 60_000, async () => {
      // 409: an earlier call did it, although its answer was lost with the process.
      const status = await ask(version.publisher, `/versions/${version.id}/publish`, {});
      return status === 200 || status === 409;
    });
    for (; killed < KILLS; killed += 1) {
      const share = (killed - KILLS_OF_PUBLISHING) / (KILLS - KILLS_OF_PUBLISHING);
      await until(`${killed} kills later messages arrive`, 120_000, () => ledger.size >= share * RECIPIENTS);
      await sleep(moments[killed]);
      await kill(one, killed);
    }
    const last_kill = Date.now();
    const reached = ledger.size;
    await until('everybody is told', RECOVERY_MS, () => ledger.size === RECIPIENTS);
    await until('nothing waits', RECOVERY_MS, async () => (await waiting(url)) === 0);
    const seconds = (Date.now() - last_kill) / 1000;
    process.stderr.write(
      `  ${RECIPIENTS} recipients, ${KILLS} kills (SEED=${SEED}); ${RECIPIENTS - reached} were left at the last one, ` +
        `all told ${seconds.toFixed(1)} s after it; ${received - RECIPIENTS} messages came again, with their id\n`,
    );
    const more = [...ledger].filter(([, ids]) => ids.size > 1);
    expect(more, 'recipients with more than one id').toEqual([]);
    const state = await stateOf(url);
    expect(state).toMatchObject({ events: 1, alerts: RECIPIENTS, delivered: RECIPIENTS });
    expect(new Set(state.ids)).toEqual(new Set([...ledger.values()].flatMap((ids) => [...ids.keys()])));
    expect(seconds * 1000).toBeLessThan(RECOVERY_MS);
  },
);

/** Kills one of them with -9, whichever turn it is, once it runs. */
async function kill(one: Started, turn: number): Promise<void> {
  const victim = VICTIMS[turn % VICTIMS.length] ?? 'worker';
  let pid: number | null = null;
  await until(`${victim} runs`, 30_000, () => (pid = installation.pids(one)[victim]) !== null);
  process.kill(pid ?? 0, 'SIGKILL');
}

async function owned<T>(url: string, work: (owner: Pool) => Promise<T>): Promise<T> {
  const owner = connect(url, 'owner', { size: 1 });
  try {
    return await work(owner);
  } finally {
    await owner.end();
  }
}

/** Every firm has an address of its own, by which the ledger knows it. */
async function subscribe(url: string): Promise<void> {
  const address = receiver.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const seal = await sealOf({ data_dir: installation.data_dir });
  const secret = seal.close(`whsec_${randomBytes(32).toString('base64')}`);
  await owned(url, async ({ db }) => {
    await sql`
      insert into auth.firm (slug, name) select 'f-' || n, 'Firm ' || n from generate_series(1, ${RECIPIENTS}) n`.execute(
      db,
    );
    await sql`
      insert into endpoint (firm_id, url, secret_sealed)
      select f.id, ${`http://127.0.0.1:${port}/`} || f.slug, ${secret} from auth.firm f where f.slug like 'f-%'`.execute(
      db,
    );
    await sql`
      insert into subscription (firm_id, instruments, to_inbox, endpoint_ids)
      select p.firm_id, array['gb-31701-2026'], true, array[p.id] from endpoint p`.execute(db);
    await sql`analyze`.execute(db);
  });
}

/** Approved, and not yet published: what follows is one call. */
async function aDraft(): Promise<{ id: string; publisher: string }> {
  const key = () => installation.command('key', 'create', '--operator', '--scopes', 'rules:read,rules:write');
  const [drafter, publisher] = [await key(), await key()];
  const body = {
    label: 'Interpretation of clause 4.12',
    valid_from: '2031-09-01',
    source_url: 'https://example.org/notice',
    provisions: [{ path: '4.12', text: 'The hinge is opened and closed 12,000 times.' }],
  };
  const response = await fetch(`${base()}/instruments/gb-31701-2026/versions`, {
    method: 'POST',
    headers: headersOf(drafter),
    body: JSON.stringify(body),
  });
  const { id } = z.object({ id: z.string() }).parse(await response.json());
  expect(await ask(publisher, `/versions/${id}/approve`, {})).toBe(200);
  return { id, publisher };
}

function base(): string {
  return `http://127.0.0.1:${installation.port}/api/v1`;
}

function headersOf(key: string): Record<string, string> {
  return { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
}

/** The status; null where the process was gone before it answered. */
async function ask(key: string, path: string, body: unknown): Promise<number | null> {
  try {
    const response = await fetch(`${base()}${path}`, {
      method: 'POST',
      headers: headersOf(key),
      body: JSON.stringify(body),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return null;
  }
}

async function waiting(url: string): Promise<number> {
  return owned(url, async ({ db }) => {
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from delivery where state = 'pending' and channel = 'webhook'`.execute(
      db,
    );
    return rows[0]?.count ?? 0;
  });
}

async function stateOf(url: string) {
  return owned(url, async ({ db }) => {
    const { rows } = await sql<{ id: string; state: string }>`
      select 'msg_' || d.id as id, d.state from delivery d where d.channel = 'webhook'`.execute(db);
    const counts = await sql<{ events: number; alerts: number }>`
      select (select count(*)::int from event where kind = 'rule.published' and audience = 'everyone' and data ->> 'label' = 'Interpretation of clause 4.12') as events,
             (select count(*)::int from alert where firm_id is not null) as alerts`.execute(db);
    return {
      ids: rows.map(({ id }) => id),
      delivered: rows.filter(({ state }) => state === 'delivered').length,
      ...counts.rows[0],
    };
  });
}

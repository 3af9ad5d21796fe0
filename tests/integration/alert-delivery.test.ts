import { createHmac, verify } from 'node:crypto';
import { sql } from 'kysely';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { deliverDue } from '#lib/server/alerts/deliver.ts';
import { rotateSecret } from '#lib/server/alerts/endpoints.ts';
import { publicKeyOf } from '#lib/server/alerts/sign.ts';
import { createGuardedAgent } from '#lib/server/net/guarded-agent.ts';
import { useDataDir } from '../support/accounts.ts';
import {
  aFirm,
  anEndpoint,
  done,
  happens,
  subscribe,
  useReceiver,
  type Received,
} from '../support/alerts.ts';
import { useDatabase } from '../support/database.ts';
import { anInstrument, aVersion } from '../support/rules.ts';

const LOOPBACK = '127.0.0.0/8';
const database = useDatabase({ DATA_DIR: useDataDir(), ALLOW_PRIVATE_ADDRESSES: LOOPBACK });
const receiver = useReceiver({
  hang: () => {},
  drip: (_request, response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write('.'), 50);
    response.on('close', () => clearInterval(timer));
  },
  reset: (request) => request.socket.resetAndDestroy(),
  moved: (_request, response) => response.writeHead(301, { location: 'http://10.0.0.1/x' }).end(),
  busy: (_request, response) => response.writeHead(429, { 'retry-after': '120' }).end('slow down'),
  gone: (_request, response) => response.writeHead(410).end(),
  broken: (_request, response) => response.writeHead(500).end('stack trace'),
  endless: (_request, response) => {
    response.writeHead(200, { 'content-length': String(10 * 1024 ** 3) });
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536)));
    };
    response.on('drain', more);
    more();
  },
  dingtalk: (_request, response) => response.end('{"errcode":0,"errmsg":"ok"}'),
  refusing: (_request, response) => response.end('{"errcode":310000,"errmsg":"sign not match"}'),
  feishu: (_request, response) => response.end('{"code":0,"msg":"success"}'),
});
const agent = createGuardedAgent([LOOPBACK], { connect_timeout_ms: 1_000 });
afterAll(() => agent.destroy());

/** A clock that stands until it is moved, far from the machine's own. */
let now = new Date('2031-01-01T00:00:00Z');
const deliver = (given: { deadline_ms?: number; random?: () => number } = {}) =>
  deliverDue(database.current.worker, { agent, clock: async () => now, random: () => 0.5, ...given });

type Row = {
  state: string;
  problem: string | null;
  attempts: number;
  next_attempt_at: Date;
  status: number | null;
  attempt_problem: string | null;
  duration_ms: number | null;
};
async function deliveriesTo(endpoint_id: string): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select d.state, d.problem, d.attempts, d.next_attempt_at, t.status, t.problem as attempt_problem, t.duration_ms
    from delivery d
    left join lateral (select * from delivery_attempt t where t.delivery_id = d.id order by t.id desc limit 1) t on true
    where d.endpoint_id = ${endpoint_id} order by d.created_at`.execute(database.current.owner.db);
  return rows;
}

/** A firm whose only endpoint is this path of the receiver, subscribed to everything. */
async function listening(
  path: string,
  given: { format?: 'dingtalk' | 'feishu'; is_asymmetric?: boolean; secret?: string } = {},
) {
  const { app, owner } = database.current;
  const { actor, firm } = await aFirm(owner);
  const endpoint = await anEndpoint(app, actor, { url: receiver.url + path, ...given });
  await subscribe(app, actor, { channels: [{ kind: 'webhook', endpoint_id: endpoint.id }] });
  return { actor, firm, ...endpoint };
}

/** Those that were made for other tests, and everything they owe, are gone. */
async function nobodyElse() {
  await sql`truncate subscription, delivery cascade`.execute(database.current.owner.db);
}

const told = z.object({
  type: z.string(),
  timestamp: z.string(),
  data: z.looseObject({ title: z.string(), why: z.string(), what_changed: z.string(), url: z.string() }),
});

describe('a webhook', () => {
  beforeAll(nobodyElse);

  test('carries a signature that the library of Standard Webhooks verifies, and says what, when and why', async () => {
    const { app } = database.current;
    const { actor, firm, id, secret } = await listening('/signed', { is_asymmetric: true });
    const slug = await anInstrument(app, { title: 'GB 31701-2026', language: 'en' });
    await subscribe(app, actor, {
      topic: { instruments: [slug], provisions: ['4.12'] },
      channels: [{ kind: 'webhook', endpoint_id: id }],
    });
    await aVersion(app, slug, { valid_from: '2031-09-01', provisions: [{ path: '4.12', text: '9 N' }] });
    now = new Date();
    expect(await deliver()).toMatchObject({ delivered: 1, failed: 0 });
    const [request, ...more] = receiver.take('/signed');
    expect(more).toEqual([]);
    if (!request) throw new Error('nothing came');
    const body = told.parse(new Webhook(secret).verify(request.body, request.headers));
    expect(body.type).toBe('rule.published');
    expect(body.data).toMatchObject({
      title: 'GB 31701-2026: 1.0 published',
      what_changed: '1 clause: 4.12',
      from_when: 'In force from 2031-09-01',
      why: 'You follow clause 4.12, “GB 31701-2026”.',
    });
    const { signing_public_key } = await database.current.owner.db
      .selectFrom('endpoint')
      .select('signing_public_key')
      .where('firm_id', '=', firm.id)
      .executeTakeFirstOrThrow();
    const signed = `${request.headers['webhook-id']}.${request.headers['webhook-timestamp']}.${request.body}`;
    const v1a = /v1a,(\S+)/.exec(request.headers['webhook-signature'] ?? '')?.[1] ?? '';
    const key = publicKeyOf(signing_public_key ?? '');
    expect(verify(null, Buffer.from(signed), key, Buffer.from(v1a, 'base64'))).toBe(true);
    expect(verify(null, Buffer.from(`${signed} `), key, Buffer.from(v1a, 'base64'))).toBe(false);
  });

  test('is signed by both secrets while one replaces the other', async () => {
    await nobodyElse();
    const { actor, firm, id, secret } = await listening('/rotated');
    const rotated = done(
      await rotateSecret(database.current.app, { actor, firm }, id, { overlap_hours: 24, secret: null }),
    );
    await happens(database.current.app);
    now = new Date();
    await deliver();
    const [request] = receiver.take('/rotated');
    if (!request) throw new Error('nothing came');
    expect(rotated.secret).not.toBe(secret);
    for (const one of [secret, rotated.secret])
      expect(() => new Webhook(one).verify(request.body, request.headers)).not.toThrow();
  });

  test('in the shapes of DingTalk and Feishu is signed as they ask, and their refusal is a failure', async () => {
    await nobodyElse();
    const ding = await listening('/dingtalk', { format: 'dingtalk', secret: 'SECabc' });
    const refusing = await listening('/refusing', { format: 'dingtalk', secret: 'SECabc' });
    await listening('/feishu', { format: 'feishu', secret: 'abc' });
    await happens(database.current.app);
    now = new Date();
    expect(await deliver()).toMatchObject({ delivered: 2, failed: 1 });
    const [request] = receiver.take('/dingtalk');
    const query = new URL(receiver.url + (request?.path ?? '')).searchParams;
    const timestamp = query.get('timestamp') ?? '';
    expect(query.get('sign')).toBe(
      createHmac('sha256', 'SECabc').update(`${timestamp}\nSECabc`).digest('base64'),
    );
    expect(request?.body).toContain('You follow everything');
    expect(await deliveriesTo(ding.id)).toMatchObject([{ state: 'delivered' }]);
    expect(await deliveriesTo(refusing.id)).toMatchObject([{ state: 'pending', problem: 'robot_refused' }]);
    const [feishu] = receiver.take('/feishu');
    const sent = z.object({ timestamp: z.string(), sign: z.string() }).parse(JSON.parse(feishu?.body ?? ''));
    expect(sent.sign).toBe(createHmac('sha256', `${sent.timestamp}\nabc`).digest('base64'));
  });
});

describe('receivers', () => {
  test('that misbehave end in the state that belongs to it, and the message of others arrives', async () => {
    await nobodyElse();
    const paths = ['hang', 'drip', 'reset', 'moved', 'busy', 'gone', 'broken', 'endless', 'fine'];
    const ids = new Map<string, string>();
    for (const path of paths) ids.set(path, (await listening(`/${path}`)).id);
    // Refused where it is written down; one that leads into a private network later is refused when it connects.
    await sql`update endpoint set url = 'http://10.0.0.1/private' where id = ${(await listening('/private')).id}`.execute(
      database.current.owner.db,
    );
    await happens(database.current.app);
    now = new Date();
    await deliver({ deadline_ms: 3_000 });
    const found: Record<string, unknown> = {};
    for (const [path, id] of ids) {
      const [row] = await deliveriesTo(id);
      found[path] = [row?.state, row?.problem, row?.status];
      // Where no deadline is given it is 15 s.
      expect(row?.duration_ms ?? 0, path).toBeLessThan(12_000);
    }
    expect(found).toEqual({
      hang: ['pending', 'timed_out', null],
      drip: ['delivered', null, 200],
      reset: ['pending', 'connection_lost', null],
      moved: ['pending', 'redirected', 301],
      busy: ['pending', 'too_many_requests', 429],
      gone: ['dead', 'endpoint_gone', 410],
      broken: ['pending', 'server_error', 500],
      endless: ['delivered', null, 200],
      fine: ['delivered', null, 200],
    });
    const [busy] = await deliveriesTo(ids.get('busy') ?? '');
    expect((busy?.next_attempt_at.getTime() ?? 0) - now.getTime()).toBe(120_000);
    const private_rows = await sql<{ problem: string }>`
      select problem from delivery d join endpoint p on p.id = d.endpoint_id where p.url like '%/private'`.execute(
      database.current.owner.db,
    );
    expect(private_rows.rows).toEqual([{ problem: 'address_not_allowed' }]);
  });

  test('that are gone are switched off, and their owner is told by another channel', async () => {
    await nobodyElse();
    const { id, firm } = await listening('/gone');
    await happens(database.current.app);
    now = new Date();
    await deliver();
    const { owner } = database.current;
    const endpoint = await owner.db
      .selectFrom('endpoint')
      .select(['state', 'state_reason'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    expect(endpoint).toEqual({ state: 'disabled', state_reason: 'gone' });
    const { rows } = await sql<{ kind: string; in_inbox: boolean }>`
      select e.kind, a.in_inbox from alert a join event e on e.id = a.event_id where a.firm_id = ${firm.id} order by e.id`.execute(
      owner.db,
    );
    expect(rows).toEqual([
      { kind: 'pending_item.moved', in_inbox: false },
      { kind: 'endpoint.failing', in_inbox: true },
    ]);
    await happens(database.current.app);
    expect(await deliveriesTo(id)).toHaveLength(1);
  });
});

describe('the schedule', () => {
  test('is followed to its end inside the bands, and ends as a dead letter that is told once', async () => {
    await nobodyElse();
    const { id, firm } = await listening('/broken');
    await happens(database.current.app);
    now = new Date();
    receiver.take('/broken');
    const waits: number[] = [];
    let spread = 0;
    for (let round = 0; round < 12; round += 1) {
      const { claimed } = await deliver({ random: () => (spread = (spread + 0.37) % 1) });
      if (claimed === 0) break;
      const [row] = await deliveriesTo(id);
      if (row?.state !== 'pending') break;
      waits.push((row.next_attempt_at.getTime() - now.getTime()) / 1000);
      // One moment before its time nothing is tried.
      now = new Date(row.next_attempt_at.getTime() - 1);
      expect((await deliver()).claimed).toBe(0);
      now = row.next_attempt_at;
    }
    const steps = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];
    expect(waits).toHaveLength(steps.length);
    for (const [index, step] of steps.entries()) {
      expect(waits[index]).toBeGreaterThanOrEqual(step * 0.8);
      expect(waits[index]).toBeLessThanOrEqual(step * 1.2);
    }
    expect(
      new Set(waits.map((wait, index) => Math.round((100 * wait) / (steps[index] ?? 1)))).size,
    ).toBeGreaterThan(5);
    const [row] = await deliveriesTo(id);
    expect(row).toMatchObject({ state: 'dead', problem: 'server_error', attempts: 10 });
    const ids = new Set(receiver.take('/broken').map(({ headers }: Received) => headers['webhook-id']));
    expect(ids.size).toBe(1);
    const { rows } = await sql<{ state: string }>`
      select e.data ->> 'state' as state from event e where e.kind = 'endpoint.failing' and e.firm_id = ${firm.id}`.execute(
      database.current.owner.db,
    );
    expect(rows).toEqual([{ state: 'dead_letter' }]);
  });

  test('pauses an endpoint that has failed for five days, and tells its owner', async () => {
    await nobodyElse();
    const { id, firm } = await listening('/broken');
    await happens(database.current.app);
    now = new Date();
    await deliver();
    now = new Date(now.getTime() + 5 * 86_400_000 + 1);
    await deliver();
    const [row] = await deliveriesTo(id);
    expect(row).toMatchObject({ state: 'dead', problem: 'endpoint_paused' });
    await happens(database.current.app);
    expect(await deliveriesTo(id)).toMatchObject([
      { state: 'dead' },
      { state: 'dead', problem: 'endpoint_paused' },
    ]);
    const { rows } = await sql<{ state: string }>`
      select e.data ->> 'state' as state from event e where e.kind = 'endpoint.failing' and e.firm_id = ${firm.id}`.execute(
      database.current.owner.db,
    );
    expect(rows).toEqual([{ state: 'paused' }]);
  });
});

describe('a lease', () => {
  test('that was lost to another worker writes nothing down, and one that ran out is taken up again', async () => {
    await nobodyElse();
    const { id } = await listening('/fine');
    await happens(database.current.app);
    now = new Date();
    // A worker that was killed: its lease stands, nobody renews it.
    await sql`update delivery set lease_token = gen_random_uuid(), leased_until = ${now}::timestamptz + interval '30 s'`.execute(
      database.current.owner.db,
    );
    expect((await deliver()).claimed).toBe(0);
    now = new Date(now.getTime() + 30_001);
    expect(await deliver()).toMatchObject({ claimed: 1, delivered: 1 });
    expect(await deliveriesTo(id)).toMatchObject([{ state: 'delivered', attempts: 1 }]);
  });

  test('is shared by workers: each message is delivered once', async () => {
    await nobodyElse();
    await listening('/fine');
    for (let count = 0; count < 60; count += 1) await happens(database.current.app);
    now = new Date();
    receiver.take('/fine');
    const runs = await Promise.all([deliver(), deliver(), deliver()]);
    expect(runs.reduce((sum, { delivered }) => sum + delivered, 0)).toBe(60);
    const requests = receiver.take('/fine');
    expect(requests).toHaveLength(60);
    expect(new Set(requests.map(({ headers }) => headers['webhook-id'])).size).toBe(60);
  });
});

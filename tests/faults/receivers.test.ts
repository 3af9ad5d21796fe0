import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deliverDue } from '#lib/server/alerts/deliver.ts';
import { sealOf } from '#lib/server/seal.ts';
import { createApp, type App } from '#lib/server/app.ts';
import { parseConfig } from '#lib/server/config.ts';
import { connect, type Pool } from '#lib/server/db/connect.ts';
import { startEmbedded, stopEmbedded } from '#lib/server/db/embedded.ts';
import { migrate } from '#lib/server/db/migrate.ts';
import { createGuardedAgent } from '#lib/server/net/guarded-agent.ts';
import { happens } from '../support/alerts.ts';
import { createAuthority, selfSigned, type Presented } from '../support/certificates.ts';

/** Receivers that take what comes, beside so many of each kind that does not: a round of them lasts long enough to be told from chance. */
const GOOD = 6_000;
const BAD_OF_EACH = 6;
/** Rounds with and without the bad ones, in turn. */
const PAIRS = 4;
const SLOWED_MAX = 1.1;
/** The guard lets the loopback through, on which the receivers are; other private networks it does not. */
const LOOPBACK = '127.0.0.0/8';

/** What each kind ends in after one attempt: the state, the problem, the status. */
const ENDINGS = {
  hang: ['pending', 'timed_out', null],
  drip: ['delivered', null, 200],
  reset: ['pending', 'connection_lost', null],
  moved: ['pending', 'redirected', 301],
  busy: ['pending', 'too_many_requests', 429],
  gone: ['dead', 'endpoint_gone', 410],
  broken: ['pending', 'server_error', 500],
  endless: ['delivered', null, 200],
  private: ['pending', 'address_not_allowed', null],
  self_signed: ['pending', 'bad_certificate', null],
  expired: ['pending', 'bad_certificate', null],
  wrong_host: ['pending', 'bad_certificate', null],
  well_signed: ['delivered', null, 200],
} as const;
type Kind = keyof typeof ENDINGS;

let folder = '';
let owner: Pool;
let app: App;
let worker: App;
const servers: Server[] = [];
const seen = new Map<string, number>();
const agent = createGuardedAgent([LOOPBACK]);

const answer: RequestListener = (request, response) => {
  const [, path = ''] = (request.url ?? '').split('/');
  request.resume().on('end', () => {
    seen.set(path, (seen.get(path) ?? 0) + 1);
    switch (path) {
      case 'hang':
        return;
      case 'drip': {
        response.writeHead(200);
        const timer = setInterval(() => response.write('.'), 50);
        response.on('close', () => clearInterval(timer));
        return;
      }
      case 'reset':
        request.socket.resetAndDestroy();
        return;
      case 'moved':
        response.writeHead(301, { location: 'http://10.0.0.1/x' }).end();
        return;
      case 'busy':
        response.writeHead(429, { 'retry-after': '120' }).end('slow down');
        return;
      case 'gone':
        response.writeHead(410).end();
        return;
      case 'broken':
        response.writeHead(500).end('stack trace');
        return;
      case 'endless': {
        response.writeHead(200, { 'content-length': String(10 * 1024 ** 3) });
        const more = () => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536)));
        };
        response.on('drain', more);
        more();
        return;
      }
      default:
        response.end('ok');
    }
  });
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlane-receivers-'));
  await chmod(folder, 0o755);
  const started = await startEmbedded(folder);
  if (!started.ok) throw new Error(started.problem);
  const { url } = started.database;
  const migrated = await migrate(url);
  if (!migrated.ok) throw new Error(migrated.problem);
  owner = connect(url, 'owner', { size: 2 });
  const parsed = parseConfig({ DATABASE_URL: url, DATA_DIR: folder, LOG_LEVEL: 'silent' });
  if (!parsed.ok) throw new Error(parsed.problems.join(' '));
  const config = { ...parsed.config, database_url: url };
  app = createApp(config, 'test');
  worker = createApp(config, 'worker');
  await subscribe(await addresses());
});

afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await Promise.all([owner.end(), app.close(), worker.close(), agent.destroy()]);
  await stopEmbedded(folder, { force: true });
  await rm(folder, { recursive: true, force: true });
});

test('receivers that misbehave end in the state that belongs to it, and slow the others by a tenth at most', async () => {
  const rounds: Record<'alone' | 'beside', number[]> = { alone: [], beside: [] };
  await round('good');
  for (let pair = 0; pair < PAIRS; pair += 1) {
    rounds.alone.push(await round('good'));
    rounds.beside.push(await round('everybody'));
  }
  // The quickest of each: whatever else the machine does only adds.
  const [alone, beside] = [Math.min(...rounds.alone), Math.min(...rounds.beside)];
  process.stderr.write(
    `  ${GOOD} good receivers: ${alone.toFixed(0)} ms alone, ${beside.toFixed(0)} ms beside ${BAD_OF_EACH} each of ` +
      `${Object.keys(ENDINGS).length} others (${(beside / alone).toFixed(3)}; ${written(rounds.alone)} and ${written(rounds.beside)})\n`,
  );
  const { rows } = await sql<{ kind: Kind; state: string; problem: string | null; status: number | null }>`
    select distinct p.description as kind, d.state, d.problem, t.status
    from delivery d join endpoint p on p.id = d.endpoint_id
    left join delivery_attempt t on t.delivery_id = d.id and t.number = 1
    where p.description <> 'fine'`.execute(owner.db);
  const found = Object.fromEntries(
    rows.map(({ kind, state, problem, status }) => [kind, [state, problem, status]]),
  );
  expect(rows).toHaveLength(Object.keys(ENDINGS).length);
  expect(found).toEqual(ENDINGS);
  // Nobody was asked who should not have been: the redirect led nowhere, and no handshake was gone on with.
  expect(seen.get('self_signed') ?? 0).toBe(0);
  expect(seen.get('expired') ?? 0).toBe(0);
  expect(seen.get('wrong_host') ?? 0).toBe(0);
  expect(seen.get('well_signed')).toBe(PAIRS * BAD_OF_EACH);
  expect(beside / alone).toBeLessThan(SLOWED_MAX);
}, 300_000);

/** Milliseconds until the last of the good receivers has its message. */
async function round(who: 'good' | 'everybody'): Promise<number> {
  // Unknown to be slow, as new ones are: the worst case for the others.
  await sql`truncate alert cascade`.execute(owner.db);
  await sql`update endpoint set state = 'active', is_slow = false, failing_since = null, last_success_at = now()`.execute(
    owner.db,
  );
  await happens(app, { about: { pending_items: [who] }, unique_key: randomUUID() });
  seen.delete('fine');
  const from = performance.now();
  const running = deliverDue(worker, { agent });
  const until = from + 60_000;
  while ((seen.get('fine') ?? 0) < GOOD && performance.now() < until)
    await new Promise((done) => setTimeout(done, 2));
  const duration_ms = performance.now() - from;
  await running;
  expect(seen.get('fine')).toBe(GOOD);
  return duration_ms;
}

async function listen(presented: Presented | null): Promise<number> {
  const server = presented ? createTlsServer(presented, answer) : createServer(answer);
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

/** Where each kind is posted to. */
async function addresses(): Promise<Record<Kind | 'fine', string>> {
  const now = new Date();
  const authority = await createAuthority(now);
  setDefaultCACertificates([...getCACertificates('default'), authority.cert]);
  const plain = await listen(null);
  const of = (kind: string) => `http://127.0.0.1:${plain}/${kind}`;
  const secure = async (kind: Kind, presented: Presented) =>
    `https://127.0.0.1:${await listen(presented)}/${kind}`;
  return {
    fine: of('fine'),
    hang: of('hang'),
    drip: of('drip'),
    reset: of('reset'),
    moved: of('moved'),
    busy: of('busy'),
    gone: of('gone'),
    broken: of('broken'),
    endless: of('endless'),
    private: 'http://10.0.0.1/private',
    self_signed: await secure('self_signed', await selfSigned('127.0.0.1', now)),
    expired: await secure(
      'expired',
      await authority.issue({ host: '127.0.0.1', until: new Date(now.getTime() - 86_400_000) }),
    ),
    wrong_host: await secure('wrong_host', await authority.issue({ host: 'other.example' })),
    well_signed: await secure('well_signed', await authority.issue({ host: '127.0.0.1' })),
  };
}

/** Each address belongs to a firm of its own; the good ones hear of both topics, the others of one. */
async function subscribe(urls: Record<Kind | 'fine', string>): Promise<void> {
  const secret = (await sealOf(app.config)).close(`whsec_${randomBytes(32).toString('base64')}`);
  for (const [kind, url] of Object.entries(urls)) {
    const count = kind === 'fine' ? GOOD : BAD_OF_EACH;
    const slug = kind.replace('_', '-');
    await sql`
      with firms as (
        insert into auth.firm (slug, name) select ${slug}::text || '-' || n, 'Firm' from generate_series(1, ${count}) n returning id
      ), endpoints as (
        insert into endpoint (firm_id, url, description, secret_sealed)
        select f.id, ${url}, ${kind}, ${secret} from firms f returning id, firm_id
      )
      insert into subscription (firm_id, pending_items, to_inbox, endpoint_ids)
      select p.firm_id, ${kind === 'fine' ? ['good', 'everybody'] : ['everybody']}::text[], false, array[p.id] from endpoints p`.execute(
      owner.db,
    );
  }
  await sql`analyze`.execute(owner.db);
}

function written(times_ms: readonly number[]): string {
  return times_ms.map((ms) => ms.toFixed(0)).join(', ');
}

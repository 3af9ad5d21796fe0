import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startEmbedded, stopEmbedded, type EmbeddedDatabase } from '#lib/server/db/embedded.ts';
import { useInstallation } from '../support/installation.ts';
import { setUp } from '../support/set-up.ts';
import { isRunning, until } from '../support/start.ts';
import { administer, withDatabase } from '../support/template-database.ts';

/**
 * A PostgreSQL that somebody else runs: the one of TEST_DATABASE_URL where it is set, else one beside us that
 * the program knows by DATABASE_URL alone.
 */
const given = process.env.TEST_DATABASE_URL;
const installation = useInstallation();
const { begin, pids, command } = installation;
let folder: string | null = null;
let server: EmbeddedDatabase | null = null;
let admin = given ?? '';
let name = '';

beforeAll(async () => {
  if (given) return;
  folder = await mkdtemp(join(tmpdir(), 'greenlane-external-'));
  await chmod(folder, 0o755);
  const started = await startEmbedded(folder);
  if (!started.ok) throw new Error(started.problem);
  server = started.database;
  admin = server.url;
});
afterAll(async () => {
  if (!folder) return;
  await stopEmbedded(folder, { force: true });
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  name = `faults_${randomBytes(6).toString('hex')}`;
  await administer(admin, `create database ${name}`);
  installation.settings.DATABASE_URL = withDatabase(admin, name);
});
afterEach(() => administer(admin, `drop database if exists ${name} with (force)`));

const at = (path: string, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${installation.port}${path}`, { headers });

async function isReady(): Promise<boolean> {
  return at('/readyz').then(
    (response) => response.ok,
    () => false,
  );
}

/** The mean of the two good rows of the sample file, by the interface for programs. */
async function meanHours(key: string): Promise<number> {
  const query = 'from=2026-05-01&to=2026-05-31&measure=declared_to_released';
  const answer = await at(`/api/v1/clearance/metrics?${query}`, { authorization: `Bearer ${key}` });
  const { rows } = z
    .looseObject({ rows: z.array(z.looseObject({ n: z.number(), mean_hours: z.number() })) })
    .parse(await answer.json());
  expect(rows).toMatchObject([{ n: 2 }]);
  return rows[0]?.mean_hours ?? Number.NaN;
}

describe('greenlane start with DATABASE_URL', () => {
  it.each(['127.0.0.1', 'localhost'] as const)('sets up on %s, imports and measures', async (host) => {
    const one = await begin();
    expect(pids(one).database).toBe(null);
    const browser = await setUp(one, host);
    expect((await browser.open('/overview')).status).toBe(200);
    await command('import', 'clearance', '--firm', 'maker', 'tests/fixtures/clearance/f9-gb18030.csv');
    const key = await command('key', 'create', '--firm', 'maker', '--scopes', 'clearance:read');
    expect(await meanHours(key)).toBeCloseTo((3.2 + 26 + 1 / 3) / 2, 3);
    expect(await (await browser.open('/overview')).text()).toContain('14.8');
  });

  it.each(['web', 'worker', 'start'] as const)('serves again after kill -9 of %s', async (victim) => {
    const one = await begin();
    const pid = pids(one)[victim] ?? 0;
    process.kill(pid, 'SIGKILL');
    if (victim === 'start') {
      await one.exited;
      await begin();
    }
    await until(`${victim} is another process and serves`, 20_000, async () => {
      return (victim === 'start' || pids(one)[victim] !== pid) && !isRunning(pid) && (await isReady());
    });
  });

  it('ends within 5 s on SIGTERM and leaves the database running', async () => {
    const one = await begin();
    const running = Object.values(pids(one)).filter((pid) => pid !== null);
    const since = Date.now();
    one.child.kill('SIGTERM');
    await one.exited;
    await until('every process is gone', 5_000, () => running.every((pid) => !isRunning(pid)));
    expect(Date.now() - since).toBeLessThan(5_000);
    await administer(installation.settings.DATABASE_URL ?? '', 'select 1');
  });

  it.skipIf(given)('says in a sentence that the database is away, and goes on when it is back', async () => {
    const one = await begin();
    const browser = await setUp(one, '127.0.0.1');
    const key = await command('key', 'create', '--firm', 'maker', '--scopes', 'clearance:read');
    const before = pids(one);
    await stopEmbedded(folder ?? '', { force: true });

    expect((await at('/healthz')).status).toBe(200);
    await until('readyz tells it', 5_000, async () => !(await isReady()));
    const page = await browser.open('/overview');
    const html = await page.text();
    expect(page.status).toBe(503);
    expect(html).toMatch(/The database cannot be reached just now[^<]*R-[0-9A-Z]{8}/);
    expect(html).not.toMatch(/ECONNREFUSED|terminat|\bat .*\.js:/);
    const api = await at('/api/v1/clearance/metrics', { authorization: `Bearer ${key}` });
    expect(api.status).toBe(503);
    expect(api.headers.get('content-type')).toBe('application/problem+json');
    expect(api.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(one.output()).not.toMatch(/process ended/);

    const again = await startEmbedded(folder ?? '', { port: server?.port });
    expect(again.ok).toBe(true);
    await until('it serves again', 10_000, isReady);
    expect((await browser.open('/overview')).status).toBe(200);
    expect(pids(one)).toEqual(before);
  });
});

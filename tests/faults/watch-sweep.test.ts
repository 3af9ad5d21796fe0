import { fork, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, type Pool } from '#lib/server/db/connect.ts';
import { startEmbedded, stopEmbedded } from '#lib/server/db/embedded.ts';
import { migrate } from '#lib/server/db/migrate.ts';
import { seeded } from '../support/clearance-file.ts';
import { easySiteList, OfficialSites } from '../support/official-sites.ts';

const LONG = process.env.LONG === '1';
const KILLS = LONG ? 20 : 3;
const HOSTS = 10;
/** 20 % of the hosts take every request and never answer. */
const LIVE = 8;
const SOURCES_PER_HOST = LONG ? 6 : 3;
const NOTICES_PER_SOURCE = 2;
const GAP_MS = 1_000;
/** What the log of the server may lag behind what happened, on a machine that does other things. */
const LAG_MS = 100;
/** The shared notice has a page nowhere: each site is asked for it after the one before. */
const SHARED_PAGES = LIVE * SOURCES_PER_HOST;
/** The lease of whatever was under way when the last worker was killed, and the work that is left after it. */
const RECOVERY_MS = 45_000 + (SOURCES_PER_HOST * (NOTICES_PER_SOURCE + 2) + SHARED_PAGES) * GAP_MS;
const WORKER = resolve(import.meta.dirname, '../../jobs/worker.ts');

let folder = '';
let url = '';
let owner: Pool;
/** A port of `localhost` is a host of its own, and by its name a stranger's, to whom the gap is owed. */
const hosts = Array.from({ length: HOSTS }, () => new OfficialSites());

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlane-sweep-'));
  await chmod(folder, 0o755);
  const started = await startEmbedded(folder);
  if (!started.ok) throw new Error(started.problem);
  url = started.database.url;
  const migrated = await migrate(url);
  if (!migrated.ok) throw new Error(migrated.problem);
  owner = connect(url, 'owner', { size: 2 });
  for (const host of hosts) await host.start();
});

afterAll(async () => {
  for (const host of hosts) host.stop();
  await owner.end();
  await stopEmbedded(folder, { force: true });
  await rm(folder, { recursive: true, force: true });
});

/** Lists of notices on every host, each with pages behind them; one notice stands on every list. */
async function announced(): Promise<string[]> {
  const titles = ['关于婴幼儿用品检测的公告（海关总署公告2026年第17号）'];
  for (const [index, host] of hosts.entries()) {
    const is_dead = index >= LIVE;
    if (is_dead) host.set('/robots.txt', { is_hanging: true });
    for (let source = 0; source < SOURCES_PER_HOST; source += 1) {
      const shared = { title: titles[0] ?? '', href: `/shared/${source}.html`, date: '2026-05-13' };
      const own = Array.from({ length: NOTICES_PER_SOURCE }, (_, notice) => ({
        title: `示例公告${index}-${source}-${notice}：关于通道的通知`,
        href: `/art/${source}/${notice}.html`,
        date: '2026-05-12',
      }));
      for (const { title, href } of own)
        host.set(href, {
          body: `<html><body><h1>${title}</h1><article>${title}的正文。</article></body></html>`,
        });
      if (!is_dead) titles.push(...own.map(({ title }) => title));
      const path = `/list/${source}`;
      host.set(path, is_dead ? { is_hanging: true } : { body: easySiteList([...own, shared]) });
      await sql`
        insert into source (slug, name, kind, url, settings, next_check_at, interval_minutes)
        values (${`s-${index}-${source}`}, ${`Source ${index} ${source}`}, 'html_list',
                ${`http://localhost:${host.port}${path}`},
                ${JSON.stringify({ selectors: { item: '[class^="conList_ul"] li', title: 'a@title', link: 'a@href', date: 'span' } })},
                now(), 1440)`.execute(owner.db);
    }
  }
  return titles;
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

const visitCount = () => hosts.reduce((sum, { visits }) => sum + visits.length, 0);

/** Sources of living hosts that were never read, and their pages that were not. */
async function unread(): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select (select count(*) from source where last_ok_at is null)::int - ${(HOSTS - LIVE) * SOURCES_PER_HOST}
         + (select count(*) from item_fetch where ok_at is null and failures = 0)::int as count`.execute(
    owner.db,
  );
  return rows[0]?.count ?? 0;
}

test('workers that are killed at any moment of a sweep lose no notice and never ask a host too soon', async () => {
  const titles = await announced();
  const random = seeded(Number(process.env.SEED ?? 1));
  for (let kill = 0; kill < KILLS; kill += 1) {
    const worker = startWorker();
    const gone = new Promise((done) => worker.once('exit', done));
    const before = visitCount();
    // At least until it asks, or for a tick when all that is due is still leased; then at a random moment.
    for (let turn = 0; turn < 160 && visitCount() === before; turn += 1) await sleep(50);
    await sleep(20 + random() * 3_000);
    worker.kill('SIGKILL');
    await gone;
  }
  const killed_with = await unread();
  const last_kill = Date.now();
  const worker = startWorker();
  while ((await unread()) > 0 && Date.now() - last_kill < RECOVERY_MS * 2) await sleep(250);
  const seconds = (Date.now() - last_kill) / 1000;
  worker.kill('SIGKILL');
  process.stderr.write(
    `  ${KILLS} kills, ${killed_with} unread at the last, ${visitCount()} requests; all read after ${seconds.toFixed(1)} s\n`,
  );
  expect(await unread()).toBe(0);
  expect(killed_with).toBeGreaterThan(0);
  expect(seconds * 1000).toBeLessThan(RECOVERY_MS);
  const { rows } = await sql<{ title: string }>`select title from item`.execute(owner.db);
  expect(rows.map(({ title }) => title).toSorted()).toEqual(titles.toSorted());
  const { rows: sightings } = await sql<{ sources: number }>`
    select count(distinct source_id)::int as sources from item_sighting s join item i on i.id = s.item_id
    where i.title = ${titles[0]}`.execute(owner.db);
  expect(sightings).toEqual([{ sources: LIVE * SOURCES_PER_HOST }]);
  for (const { visits } of hosts) {
    expect(visits.length).toBeGreaterThan(0);
    for (const [index, visit] of visits.entries()) {
      const before = visits[index - 1];
      if (!before) continue;
      expect(visit.at_ms).toBeGreaterThan((before.ended_ms ?? Infinity) - LAG_MS);
      expect(visit.at_ms - before.at_ms).toBeGreaterThan(GAP_MS - LAG_MS);
    }
  }
}, 1_800_000);

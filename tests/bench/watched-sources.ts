import { createServer, type Server } from 'node:http';
import { sql } from 'kysely';
import { EXTRACTOR_VERSION } from '#lib/domain/watch/extracted.ts';
import type { App } from '#lib/server/app.ts';
import { sweep } from '#lib/server/watch/sweep.ts';
import type { BenchDatabase } from './bench-server.ts';
import { workerOf } from './alert-firms.ts';

const LOOPBACK = '127.0.0.0/8';
/** Of a hundred answers, those that bring something else than 304. */
const CHANGED_PERCENT = 5;
const SPREAD = 7;
const STOPPED_LATE_MS = 60_000;

export type WatchedSites = { port: number; counted: () => number; reset: () => void; stop: () => void };

/** A server on every loopback address that answers 304 to 95 of 100; hosts from `dead_from` on never answer. */
export async function startSites(dead_from: number): Promise<WatchedSites> {
  let answered = 0;
  const server: Server = createServer((request, response) => {
    const host = Number(/^127\.0\.(\d+)\./.exec(request.headers.host ?? '')?.[1] ?? 0);
    if (host >= dead_from) return;
    if (request.url === '/robots.txt') return void response.writeHead(404).end();
    answered += 1;
    const number = Number(/(\d+)$/.exec(request.url ?? '')?.[1] ?? 0);
    // Whatever the numbers of hosts and pages, so many of a hundred sources change, spread over the hosts.
    if ((host + SPREAD * number) % 100 >= CHANGED_PERCENT && request.headers['if-none-match'])
      return void response.writeHead(304, { etag: '"1"' }).end();
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', etag: '"1"' });
    response.end(
      `<html><body><h1>${request.url}</h1><article>限量 ${answered} mg/kg 的公告正文</article></body></html>`,
    );
  });
  await new Promise<void>((ready) => server.listen(0, '0.0.0.0', ready));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    counted: () => answered,
    reset: () => (answered = 0),
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export const urlOf = (port: number, host: number, number: number) =>
  `http://127.0.${host}.1:${port}/page/${number}`;

/** Sources over hosts, with what a first reading would have left behind. */
export async function insertSources(
  { owner }: BenchDatabase,
  {
    port,
    hosts,
    per_host,
    first_host = 0,
  }: { port: number; hosts: number; per_host: number; first_host?: number },
): Promise<void> {
  await sql`
    insert into source (slug, name, kind, url, etag, health, interval_minutes, last_item_count, extractor_version)
    select 's-' || h || '-' || n, 'Source ' || h || ' ' || n, 'page',
           'http://127.0.' || h || '.1:' || ${port}::text || '/page/' || n, '"1"', 'healthy', 60, 1, ${EXTRACTOR_VERSION}
    from generate_series(${first_host}::int, ${first_host + hosts - 1}::int) h, generate_series(1, ${per_host}::int) n`.execute(
    owner.db,
  );
}

/** A worker that polls these sites, as it runs for weeks: its connections and reading processes are kept. */
export const pollingWorker = (database: BenchDatabase): App =>
  workerOf(database, { allow_private_addresses: [LOOPBACK] });

/**
 * Seconds until `count` sources were asked in one sweep and it is written down; what has not answered by then is
 * left alone, and with it the worker, which is closed unless all hosts are known to answer.
 */
export async function secondsToPoll(
  database: BenchDatabase,
  sites: WatchedSites,
  { count, worker, all_answer }: { count: number; worker: App; all_answer: boolean },
): Promise<number> {
  await sql`update source set next_check_at = now() - interval '1 second'`.execute(database.owner.db);
  await sql`update host_gate set lease_token = null, leased_until = null, next_allowed_at = now()`.execute(
    database.owner.db,
  );
  const watcher = worker.watcher();
  sites.reset();
  const since_ms = performance.now();
  const swept = sweep(watcher, new Date(), { sweep_ms: STOPPED_LATE_MS });
  if (all_answer) await swept;
  while (sites.counted() < count && performance.now() - since_ms < STOPPED_LATE_MS)
    await new Promise((done) => setTimeout(done, 5));
  if (sites.counted() >= count && !all_answer) await settled(database, count);
  const seconds = (performance.now() - since_ms) / 1000;
  if (!all_answer) {
    watcher.stop();
    await swept;
    await worker.close();
  }
  if (sites.counted() < count) throw new Error(`${sites.counted()} of ${count} sources were asked`);
  return seconds;
}

/** The last answers are written down a moment after they were given. */
async function settled({ owner }: BenchDatabase, count: number): Promise<void> {
  for (let tries = 0; tries < 1_000; tries += 1) {
    const { rows } = await sql<{ done: number }>`
      select count(*)::int as done from source where next_check_at > now() + interval '5 minutes'`.execute(
      owner.db,
    );
    if ((rows[0]?.done ?? 0) >= count) return;
    await new Promise((done) => setTimeout(done, 10));
  }
}

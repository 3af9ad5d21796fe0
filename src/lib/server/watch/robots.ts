import { sql } from 'kysely';
import robotsParser from 'robots-parser';
import { guardedFetch } from '#lib/server/net/guarded-fetch.ts';
import type { Query, Watcher } from './watcher.ts';

export type RobotsVerdict = { is_allowed: boolean; crawl_delay_seconds: number | null };

/** RFC 9309, 2.4: a day at most. */
const KEPT_HOURS = 24;
/** RFC 9309, 2.5: at least 500 kB are read. */
const BYTES_MAX = 512 * 1024;
const DEADLINE_MS = 15_000;
const UNREACHABLE = 503;

/**
 * What robots.txt of a host says about an address (RFC 9309). The caller holds the host's gate. A file that
 * does not exist forbids nothing; a server that fails to give it forbids everything for now.
 */
export async function askRobots(
  watcher: Watcher,
  url: URL,
  pause: () => Promise<void>,
): Promise<RobotsVerdict> {
  const host = url.host.toLowerCase();
  const kept = await keptRobots(watcher.query, host);
  const found = kept ?? (await fetchRobots(watcher, url, pause));
  if (found.status >= 500) return { is_allowed: false, crawl_delay_seconds: null };
  if (found.status >= 400 || found.text === '') return { is_allowed: true, crawl_delay_seconds: null };
  const rules = robotsParser(`${url.origin}/robots.txt`, found.text);
  return {
    is_allowed: rules.isAllowed(url.href, watcher.robot_name) ?? true,
    crawl_delay_seconds: rules.getCrawlDelay(watcher.robot_name) ?? null,
  };
}

type Robots = { status: number; text: string };

async function keptRobots(query: Query, host: string): Promise<Robots | null> {
  const { rows } = await query((db) =>
    sql<Robots>`
    select robots_status as status, coalesce(robots, '') as text from host_gate
    where host = ${host} and robots_status is not null
      and robots_fetched_at > now() - make_interval(hours => case when robots_status >= 500 then 1 else ${KEPT_HOURS} end)`.execute(
      db,
    ),
  );
  return rows[0] ?? null;
}

async function fetchRobots(watcher: Watcher, url: URL, pause: () => Promise<void>): Promise<Robots> {
  await pause();
  const result = await guardedFetch(watcher.agent, {
    url: `${url.origin}/robots.txt`,
    headers: { 'user-agent': watcher.user_agent },
    body_bytes_max: BYTES_MAX,
    deadline_ms: DEADLINE_MS,
    redirects_max: 5,
  });
  const is_text = result.ok && result.status < 300;
  const robots = {
    // A wall or a page that says "not found" with another status is no rule.
    status: result.ok ? result.status : result.problem === 'too_large' ? 404 : UNREACHABLE,
    text: is_text ? new TextDecoder().decode(result.body).replaceAll('\0', '') : '',
  };
  await watcher.query((db) =>
    sql`
    update host_gate set robots = ${robots.text}, robots_status = ${robots.status}, robots_fetched_at = now()
    where host = ${url.host.toLowerCase()}`.execute(db),
  );
  return robots;
}

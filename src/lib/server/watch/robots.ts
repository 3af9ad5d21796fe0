import { sql } from 'kysely';
import robotsParser from 'robots-parser';
import { guardedFetch, type FetchProblem } from '#lib/server/net/guarded-fetch.ts';
import { BODY_BYTES_MAX } from './ask-source.ts';
import type { HostLease, KeptRobots } from './hosts.ts';
import { Stopped } from './stopped.ts';
import type { Query, Watcher } from './watcher.ts';

export type RobotsVerdict =
  | { is_allowed: true; crawl_delay_seconds: number | null }
  | { is_allowed: false; code: 'robots' | 'robots_unreachable' | `fetch.${FetchProblem}`; detail: string };

/** RFC 9309, 2.4: a day at most. */
const KEPT_HOURS = 24;
/** RFC 9309, 2.5: at least 500 kB are read, of however long a file. */
const READ_BYTES_MAX = 512 * 1024;
const DEADLINE_MS = 15_000;
const NO_RULES = 404;
const TOO_MANY_REQUESTS = 429;
const NO_FILE = new Set<FetchProblem>(['too_large', 'too_many_redirects', 'bad_redirect']);

/**
 * What robots.txt of a host says about an address (RFC 9309). The lease is that of the host's gate. A file that
 * does not exist forbids nothing; a server that fails to give it forbids everything for now.
 */
export async function askRobots(
  watcher: Watcher,
  lease: HostLease,
  by: { url: URL; pause: () => Promise<void>; enterOther: (url: URL) => Promise<void> },
): Promise<RobotsVerdict> {
  const { url } = by;
  const origin = `${url.origin}/`;
  let rules = lease.rules?.get(origin);
  if (rules === undefined) {
    const found = (await keptRobots(watcher.query, lease)) ?? (await fetchRobots(watcher, by));
    if (found.problem !== null) return { is_allowed: false, code: found.problem, detail: found.text };
    const is_without = found.status >= 400 || found.text === '';
    rules = is_without ? null : robotsParser(`${origin}robots.txt`, found.text);
    // A turn lasts seconds where the rules last a day: its further sources need not ask for them again.
    (lease.rules ??= new Map()).set(origin, rules);
  }
  if (rules === null) return { is_allowed: true, crawl_delay_seconds: null };
  if (rules.isAllowed(url.href, watcher.robot_name) === false)
    return { is_allowed: false, code: 'robots', detail: '' };
  return {
    is_allowed: true,
    crawl_delay_seconds: rules.getCrawlDelay(watcher.robot_name) ?? null,
  };
}

type Robots = KeptRobots & { problem: 'robots_unreachable' | `fetch.${FetchProblem}` | null };

/** Of a gate `g`: whether its robots.txt is known and still holds. */
export const ROBOTS_HOLD = `(g.robots_status < 500 and g.robots_fetched_at > now() - make_interval(hours => ${KEPT_HOURS}))`;

async function keptRobots(query: Query, { host, robots }: HostLease): Promise<Robots | null> {
  if (robots) return { ...robots, problem: null };
  const { rows } = await query((db) =>
    sql<KeptRobots>`
    select g.robots_status as status, coalesce(g.robots, '') as text from host_gate g
    where g.host = ${host} and ${sql.raw(ROBOTS_HOLD)}`.execute(db),
  );
  const [row] = rows;
  return row ? { ...row, problem: null } : null;
}

async function fetchRobots(
  watcher: Watcher,
  { url, pause, enterOther }: Parameters<typeof askRobots>[2],
): Promise<Robots> {
  await pause();
  const result = await guardedFetch(watcher.agent, {
    url: `${url.origin}/robots.txt`,
    headers: { 'user-agent': watcher.user_agent },
    body_bytes_max: BODY_BYTES_MAX,
    deadline_ms: DEADLINE_MS,
    redirects_max: 5,
    // RFC 9309, 2.3.1.2: rules may stand at another host, whose gate is kept like any.
    onHop: async (hop) => {
      if (hop.host.toLowerCase() !== url.host.toLowerCase()) await enterOther(hop);
    },
    signal: watcher.stopping,
  });
  if (watcher.stopping.aborted) throw new Stopped();
  // A server that cannot give its rules is asked for nothing (RFC 9309, 2.3.1.4), and for its rules again next time.
  if (!result.ok && !NO_FILE.has(result.problem))
    return { status: 0, text: result.detail, problem: `fetch.${result.problem}` };
  if (result.ok && (result.status >= 500 || result.status === TOO_MANY_REQUESTS))
    return { status: result.status, text: '', problem: 'robots_unreachable' };
  const is_text = result.ok && result.status < 300;
  const robots = {
    // A wall or a page that says "not found" with another status is no rule; nor is a file without end.
    status: result.ok ? result.status : NO_RULES,
    text: is_text ? new TextDecoder().decode(beginningOf(result.body)).replaceAll('\0', '') : '',
  };
  await watcher.query((db) =>
    sql`
    update host_gate set robots = ${robots.text}, robots_status = ${robots.status}, robots_fetched_at = now()
    where host = ${url.host.toLowerCase()}`.execute(db),
  );
  return { ...robots, problem: null };
}

/** Whole lines, as many as are read. */
function beginningOf(body: Uint8Array): Uint8Array {
  return body.byteLength <= READ_BYTES_MAX
    ? body
    : body.subarray(0, body.lastIndexOf(0x0a, READ_BYTES_MAX) + 1);
}

import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql, type RawBuilder } from 'kysely';
import type robotsParser from 'robots-parser';
import type { App } from '#lib/server/app.ts';
import { isAddressAllowed } from '#lib/server/net/address.ts';
import { Stopped } from './stopped.ts';
import type { StoredProblem } from './problem-text.ts';
import type { Query, Watcher } from './watcher.ts';

/** Between two requests to one host; official sites are small and shared by many readers. */
const GAP_MS = 1_000;
/** A crawl delay that is longer is a slip of the pen: no source could be read once a day. */
const CRAWL_DELAY_MAX_MS = 3_600_000;
/** A longer wait than this is not slept through: the host is given back, and claimed again when it is over. */
const SLEEP_MAX_MS = 30_000;
/** A lease that is renewed every ten seconds keeps a gap of this length by itself when its holder is killed. */
const GAP_KEPT_BY_LEASE_MS = 15_000;
/** Renewed by its holder every ten seconds, so that a killed one is followed within 45 s. */
export const LEASE_SECONDS = 30;
const WAIT_MS = 50;

export type HostLease = {
  host: string;
  token: string;
  /** When the host may be asked next, on this process's own clock. */
  allowed_at_ms: number;
  /** Between the end of a request and the next one, once robots.txt has said its part. */
  gap_ms: number;
  /** The least gap that this host is owed, once it was worked out. */
  least_gap_ms?: number;
  /** What was known of robots.txt when the gate was claimed; nothing where it has to be looked up. */
  robots?: KeptRobots;
  /** What robots.txt says, by origin, once it was asked for under this lease; null where nothing is forbidden. */
  rules?: Map<string, RobotsRules | null>;
};
export type KeptRobots = { status: number; text: string };
type RobotsRules = ReturnType<typeof robotsParser>;

/** The host and port of an address, as gates are kept by. */
export function hostOf(url: URL): string {
  return url.host.toLowerCase();
}

/** The gap that a host is owed: none for addresses that the operator lists, which are the operator's own. */
export function gapMs(app: Pick<App, 'config'>, host: string, crawl_delay_seconds: number | null): number {
  const name = host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  const { allow_private_addresses } = app.config;
  const is_own =
    isIP(name) !== 0 && !isAddressAllowed(name, []) && isAddressAllowed(name, allow_private_addresses);
  if (is_own) return 0;
  return Math.max(GAP_MS, Math.min((crawl_delay_seconds ?? 0) * 1000, CRAWL_DELAY_MAX_MS));
}

/** Statuses with which a host asks to be left alone as a whole. */
const HOST_PAUSES = new Set(['429', '503']);
const HOST_PAUSE_MAX_MS = 6 * 3_600_000;

/** How long a stranger's host is left alone as a whole after this answer; the operator's own host never is. */
export function hostPauseMs(
  { app }: Pick<Watcher, 'app'>,
  host: string,
  answered: { retry_after_seconds: number | null; problem: StoredProblem | null },
): number {
  const { retry_after_seconds, problem } = answered;
  const is_pause = problem?.code === 'http_status' && HOST_PAUSES.has(problem.params.status ?? '');
  if (retry_after_seconds === null || !is_pause || gapMs(app, host, null) === 0) return 0;
  return Math.min(retry_after_seconds * 1000, HOST_PAUSE_MAX_MS);
}

/**
 * Takes the gate of a host, waiting while another holds it or its gap is not over. Null when it could not be
 * had in time. Time is the database's, so that clocks of several machines need not agree.
 */
export async function takeHost(query: Query, host: string, wait_max_ms: number): Promise<HostLease | null> {
  await query((db) => sql`insert into host_gate (host) values (${host}) on conflict do nothing`.execute(db));
  const until_ms = performance.now() + wait_max_ms;
  for (;;) {
    const { rows } = await query((db) =>
      sql<{ token: string }>`
        update host_gate set lease_token = gen_random_uuid(), leased_until = now() + make_interval(secs => ${LEASE_SECONDS})
        where host = ${host} and (leased_until is null or leased_until < now()) and next_allowed_at <= now()
        returning lease_token as token`.execute(db),
    );
    const [taken] = rows;
    if (taken) return { host, token: taken.token, allowed_at_ms: 0, gap_ms: 0 };
    if (performance.now() > until_ms) return null;
    await new Promise((done) => setTimeout(done, WAIT_MS));
  }
}

/** The host asks for a longer pause than is slept through: nothing was asked, and it is claimed again after it. */
export class Postponed extends Stopped {}

/** Whether the pause of a host is longer than is slept through. */
export function waitsLong(lease: HostLease): boolean {
  return lease.allowed_at_ms - performance.now() > SLEEP_MAX_MS;
}

/**
 * Waits until the host may be asked again by whoever holds it, and notes when it may be asked after that. A gap
 * that outlasts the lease is written down before the request, so that it outlives a process that is killed.
 */
export async function awaitGap(
  { query, stopping }: Pick<Watcher, 'query' | 'stopping'>,
  lease: HostLease,
): Promise<void> {
  const wait_ms = lease.allowed_at_ms - performance.now();
  if (wait_ms > SLEEP_MAX_MS) throw new Postponed();
  if (wait_ms > 0) await sleep(wait_ms, undefined, { signal: stopping }).catch(() => undefined);
  if (stopping.aborted) throw new Stopped();
  if (lease.gap_ms > GAP_KEPT_BY_LEASE_MS)
    await query((db) =>
      sql`
        update host_gate set next_allowed_at = greatest(next_allowed_at, now() + make_interval(secs => ${lease.gap_ms / 1000}))
        where host = ${lease.host} and lease_token = ${lease.token}`.execute(db),
    );
  noteEnd(lease);
}

/** The gap counts from the end of a request, which may have taken long. */
export function noteEnd(lease: HostLease): void {
  lease.allowed_at_ms = performance.now() + lease.gap_ms;
}

/** Gives the gate of a host back at which nothing was claimed. */
export async function releaseHost(query: Query, lease: HostLease): Promise<void> {
  await query((db) => released([{ lease, pause_ms: 0 }]).execute(db));
}

/** The statement that gives gates back: others may ask when the gap is over, or when the host's own pause is. */
export function released(given: readonly { lease: HostLease; pause_ms: number }[]): RawBuilder<unknown> {
  const rest_seconds = given.map(
    ({ lease, pause_ms }) => Math.max(0, lease.allowed_at_ms - performance.now(), pause_ms) / 1000,
  );
  return sql`
    update host_gate g set lease_token = null, leased_until = null,
      next_allowed_at = greatest(next_allowed_at, now() + make_interval(secs => r.seconds))
    from unnest(${given.map(({ lease }) => lease.host)}::text[], ${given.map(({ lease }) => lease.token)}::uuid[],
                ${rest_seconds}::float8[]) as r(host, token, seconds)
    where g.host = r.host and g.lease_token = r.token`;
}

const LEASED = [
  ['host_gate', 'leased_until'],
  ['item_fetch', 'next_check_at'],
] as const;

/**
 * Keeps the leases of a process alive; those that were lost in the meantime are not taken back. A row that is
 * being written just now is given back or comes with the next renewal: waiting for it could wait for ourselves.
 */
export async function renewHosts(query: Query, leases: readonly HostLease[]): Promise<void> {
  if (leases.length === 0) return;
  const tokens = leases.map(({ token }) => token);
  for (const [table, column] of LEASED)
    await query((db) =>
      sql`
        update ${sql.table(table)} set ${sql.ref(column)} = now() + make_interval(secs => ${LEASE_SECONDS})
        where ctid = any(array(
          select ctid from ${sql.table(table)} where lease_token = any(${tokens}::uuid[]) for update skip locked))`.execute(
        db,
      ),
    );
}

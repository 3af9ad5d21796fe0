import { sql } from 'kysely';
import { LEASE_SECONDS, released, type HostLease } from './hosts.ts';
import { ROBOTS_HOLD } from './robots.ts';
import { SOURCE_COLUMNS, type SourceRow } from './source-row.ts';
import type { Query } from './watcher.ts';

/** A host that is held, with what is due at it. */
export type Turn = {
  lease: HostLease;
  sources: SourceRow[];
  /** Whether pages or files are due there. */
  has_details: boolean;
};

/** What is read of a host at once; a host that is owed a gap gets through fewer in one turn. */
export const SOURCES_PER_CLAIM = 50;
/** A longer robots.txt is read when it is needed, so that a claim of many hosts stays small. */
const ROBOTS_CHARACTERS_MAX = 4_096;

type Claimed = {
  gate_host: string;
  token: string;
  robots_status: number | null;
  robots: string | null;
  has_details: boolean;
};

/**
 * Takes up to `limit` hosts that are free now, those first whose sources are due longest, then those at which
 * pages and files alone are due. The lease on the gate is all that is written: nobody else asks the host while it
 * lasts, so that its sources stay due until they were asked, and whatever kills the worker leaves them due half a
 * minute later. Each gate looks its first due source up by an index, whatever waits at hosts that are being asked.
 */
export async function claimHosts(query: Query, now: Date, limit: number): Promise<Turn[]> {
  const { rows } = await query((db) =>
    sql<Claimed & { [column in keyof SourceRow]: SourceRow[column] | null }>`
    with gate as (
      select g.host, due.details_since is not null as has_details from host_gate g
      cross join lateral (
        select (select s.next_check_at from source s
                where s.host = g.host and s.next_check_at <= ${now} and s.deleted_at is null
                order by s.next_check_at limit 1) as sources_since,
               (select f.next_check_at from item_fetch f
                where f.host = g.host and f.next_check_at <= ${now} order by f.next_check_at limit 1) as details_since
      ) due
      where (g.leased_until is null or g.leased_until < now()) and g.next_allowed_at <= now()
        and coalesce(due.sources_since, due.details_since) is not null
      order by due.sources_since nulls last, due.details_since limit ${limit} for update of g skip locked
    ), taken as (
      update host_gate g
      set lease_token = gen_random_uuid(), leased_until = now() + make_interval(secs => ${LEASE_SECONDS})
      from gate where g.host = gate.host
      returning g.host as gate_host, g.lease_token as token, gate.has_details,
        case when ${sql.raw(ROBOTS_HOLD)} and length(coalesce(g.robots, '')) <= ${ROBOTS_CHARACTERS_MAX}
          then g.robots_status end as robots_status, g.robots
    )
    select t.gate_host, t.token, t.has_details, t.robots_status,
           case when t.robots_status is not null then t.robots end as robots, s.*
    from taken t left join lateral (
      select ${sql.raw(SOURCE_COLUMNS)} from source s
      where s.host = t.gate_host and s.next_check_at <= ${now} and s.deleted_at is null
      order by s.next_check_at limit ${SOURCES_PER_CLAIM}
    ) s on true`.execute(db),
  );
  const turns = new Map<string, Turn>();
  for (const { gate_host, token, has_details, robots_status, robots, ...source } of rows) {
    const known = turns.get(gate_host);
    const turn = known ?? {
      lease: {
        host: gate_host,
        token,
        allowed_at_ms: 0,
        gap_ms: 0,
        ...(robots_status === null ? {} : { robots: { status: robots_status, text: robots ?? '' } }),
      },
      sources: [],
      has_details,
    };
    if (!known) turns.set(gate_host, turn);
    if (isSource(source)) turn.sources.push(source);
  }
  return [...turns.values()];
}

/** A host at which only pages and files are due comes with one row, without a source. */
function isSource(row: { [column in keyof SourceRow]: SourceRow[column] | null }): row is SourceRow {
  return row.id !== null;
}

/** Further sources that are due at a host whose gate is held, while its turn lasts; none when it is not any more. */
export async function dueAtHost(query: Query, lease: HostLease, now: Date): Promise<SourceRow[]> {
  const { rows } = await query((db) =>
    sql<SourceRow>`
    select ${sql.raw(SOURCE_COLUMNS)} from source s join host_gate g on g.host = s.host
    where s.host = ${lease.host} and g.lease_token = ${lease.token} and s.next_check_at <= ${now} and s.deleted_at is null
    order by s.next_check_at limit ${SOURCES_PER_CLAIM}`.execute(db),
  );
  return rows;
}

/** One source whose host is held, whatever its interval says; null when it is not to be fetched. */
export async function sourceToAsk(query: Query, id: string): Promise<SourceRow | null> {
  const { rows } = await query((db) =>
    sql<SourceRow>`
    select ${sql.raw(SOURCE_COLUMNS)} from source s
    where s.id = ${id} and s.deleted_at is null and s.kind <> 'manual'`.execute(db),
  );
  return rows[0] ?? null;
}

/**
 * Gives hosts back: others may ask when the gap is over, or when the pause that a host asked for is. Sources were
 * never taken; pages and files whose turn did not come are due at once.
 */
export async function giveBack(
  query: Query,
  given: readonly { lease: HostLease; pause_ms?: number }[],
  now: Date,
): Promise<void> {
  const tokens = given.map(({ lease }) => lease.token);
  await query((db) =>
    sql`
    with pages as (
      update item_fetch set next_check_at = ${now}, lease_token = null where lease_token = any(${tokens}::uuid[])
    )
    ${released(given.map(({ lease, pause_ms = 0 }) => ({ lease, pause_ms })))}`.execute(db),
  );
}

/** A gate for every host that sources name; hosts are made with their first source. */
export async function provideGates(query: Query): Promise<void> {
  await query((db) =>
    sql`
    insert into host_gate (host)
    select distinct s.host from source s left join host_gate g on g.host = s.host
    where g.host is null and s.deleted_at is null
    on conflict do nothing`.execute(db),
  );
}

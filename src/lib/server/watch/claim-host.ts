import { sql } from 'kysely';
import { LEASE_SECONDS, released, type HostLease } from './hosts.ts';
import type { Query } from './watcher.ts';
import { SOURCE_COLUMNS, type SourceRow } from './source-row.ts';

/** What one claim takes of a host: more would wait longer than a lease for its turn. */
const SOURCES_PER_CLAIM = 20;

/**
 * Takes the host whose source is due longest and is free now, and all its due sources with it. The lease is
 * moved forward before anything is fetched, on the host and on each source, so that whatever kills the worker
 * leaves them due again half a minute later. Null when nothing is due that may be asked.
 */
export async function claimHost(
  query: Query,
  now: Date,
): Promise<{ lease: HostLease; sources: SourceRow[] } | null> {
  const { rows } = await query((db) =>
    sql<SourceRow & { lease_token: string }>`
    with gate as (
      select g.host from source s join host_gate g on g.host = s.host
      where s.next_check_at <= ${now} and s.deleted_at is null
        and (g.leased_until is null or g.leased_until < now()) and g.next_allowed_at <= now()
      order by s.next_check_at limit 1 for update of g skip locked
    ), taken as (
      update host_gate g
      set lease_token = gen_random_uuid(), leased_until = now() + make_interval(secs => ${LEASE_SECONDS})
      from gate where g.host = gate.host
      returning g.host, g.lease_token
    ), due as (
      select s.id, taken.lease_token from source s join taken on taken.host = s.host
      where s.next_check_at <= ${now} and s.deleted_at is null
      order by s.next_check_at limit ${SOURCES_PER_CLAIM} for update of s skip locked
    )
    update source s
    set next_check_at = ${now}::timestamptz + make_interval(secs => ${LEASE_SECONDS}), lease_token = due.lease_token
    from due where s.id = due.id
    returning ${sql.raw(SOURCE_COLUMNS)}, s.lease_token`.execute(db),
  );
  const [first] = rows;
  if (!first) return null;
  const lease = { host: first.host, token: first.lease_token, allowed_at_ms: 0, gap_ms: 0 };
  return { lease, sources: rows.map(({ lease_token: _, ...source }) => source) };
}

/** Takes further sources of a host whose gate is held, while its turn lasts. */
export async function claimFurther(query: Query, lease: HostLease, now: Date): Promise<SourceRow[]> {
  const { rows } = await query((db) =>
    sql<SourceRow>`
    update source s
    set next_check_at = ${now}::timestamptz + make_interval(secs => ${LEASE_SECONDS}), lease_token = ${lease.token}
    from (
      select id from source
      where host = ${lease.host} and next_check_at <= ${now} and deleted_at is null
      order by next_check_at limit ${SOURCES_PER_CLAIM} for update skip locked
    ) due
    where s.id = due.id
    returning ${sql.raw(SOURCE_COLUMNS)}`.execute(db),
  );
  return rows;
}

/** Takes one source now, whatever its interval says, once its host is free. Null when it is being checked. */
export async function claimSource(
  query: Query,
  id: string,
  lease: HostLease,
  now: Date,
): Promise<SourceRow | null> {
  const { rows } = await query((db) =>
    sql<SourceRow>`
    update source s
    set next_check_at = ${now}::timestamptz + make_interval(secs => ${LEASE_SECONDS}), lease_token = ${lease.token}
    where s.id = ${id} and s.deleted_at is null and s.kind <> 'manual'
    returning ${sql.raw(SOURCE_COLUMNS)}`.execute(db),
  );
  return rows[0] ?? null;
}

/**
 * Gives a host back: others may ask when its gap is over, or when the pause that it asked for is. Sources, pages
 * and files whose turn did not come are due at once.
 */
export async function giveBack(
  query: Query,
  lease: HostLease,
  { now, pause_ms = 0 }: { now: Date; pause_ms?: number },
): Promise<void> {
  await query((db) =>
    sql`
    with pages as (
      update item_fetch set next_check_at = ${now}, lease_token = null where lease_token = ${lease.token}
    ), sources as (
      update source set next_check_at = ${now}, lease_token = null where lease_token = ${lease.token}
    )
    ${released(lease, pause_ms)}`.execute(db),
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

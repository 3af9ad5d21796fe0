import { sql } from 'kysely';
import { LEASE_SECONDS, hostPauseMs, waitsLong, type HostLease } from './hosts.ts';
import { askUnderGate } from './enter-host.ts';
import { isDatabaseLost } from '#lib/server/db/lost-database.ts';
import type { SourceSettings } from '#lib/domain/watch/source.ts';
import { Stopped } from './stopped.ts';
import { storeFailure, storeFetched } from './store-fetched.ts';
import type { StoredItem } from './store-items.ts';
import type { Query, Watcher } from './watcher.ts';

/** A page or file that is due, with what its source says of how to read it. */
export type DueFetch = {
  item_id: string;
  url: string;
  kind: 'page' | 'file';
  title: string | null;
  source_id: string;
  etag: string | null;
  last_modified: string | null;
  sha256: string | null;
  snapshot_id: string | null;
  /** Of the code that read it last. */
  extractor_version: number;
  ok_at: Date | null;
  failures: number;
  first_seen_at: Date;
  charset: string | null;
  settings: SourceSettings;
};

export type DetailCounts = { fetched: number; failed: number; stored: StoredItem[]; pause_ms: number };

/**
 * Reads pages and files of items that are due at a host whose gate is held, one after the other, at most
 * `limit`; with `source_id` those of one source alone. A page's files become due at once and are taken along.
 */
export async function fetchDetails(
  watcher: Watcher,
  lease: HostLease,
  {
    limit,
    clock,
    is_over,
    source_id = null,
  }: { limit: number; clock: () => Date; is_over: () => boolean; source_id?: string | null },
): Promise<DetailCounts> {
  const counts: DetailCounts = { fetched: 0, failed: 0, stored: [], pause_ms: 0 };
  while (counts.fetched + counts.failed < limit && !is_over() && !waitsLong(lease)) {
    const now = clock();
    const due = await claimFetch(watcher.query, { lease, now, source_id });
    if (!due) break;
    const asked = await askUnderGate(watcher, due, { lease, now });
    if (asked.kind === 'content' || asked.kind === 'unchanged') {
      counts.stored.push(...(await storeSafely(watcher, due, { asked, lease_token: lease.token, now })));
      counts.fetched += 1;
      continue;
    }
    counts.failed += 1;
    await storeFailure(watcher, due, { asked, lease_token: lease.token, now });
    counts.pause_ms = hostPauseMs(watcher, lease.host, asked);
    if (counts.pause_ms > 0) break;
  }
  return counts;
}

/** One page or file that our own code cannot take must not keep all others from being asked. */
async function storeSafely(
  watcher: Watcher,
  due: DueFetch,
  under: Parameters<typeof storeFetched>[2],
): Promise<StoredItem[]> {
  try {
    return await storeFetched(watcher, due, under);
  } catch (cause) {
    if (cause instanceof Stopped || isDatabaseLost(cause)) throw cause;
    watcher.app.log.error({ err: cause, url: due.url }, 'what a page or file answered could not be stored');
    const asked = { problem: { code: 'unreadable', params: {} }, retry_after_seconds: null };
    await storeFailure(watcher, due, { ...under, asked });
    return [];
  }
}

async function claimFetch(
  query: Query,
  { lease, now, source_id }: { lease: HostLease; now: Date; source_id: string | null },
): Promise<DueFetch | null> {
  const { rows } = await query((db) =>
    sql<DueFetch>`
      update item_fetch f
      set next_check_at = ${now}::timestamptz + make_interval(secs => ${LEASE_SECONDS}), lease_token = ${lease.token}
      from (
        select d.item_id, d.url, s.charset, s.settings
        from item_fetch d join source s on s.id = d.source_id
        where d.host = ${lease.host} and d.next_check_at <= ${now} and s.deleted_at is null
          and (${source_id}::uuid is null or d.source_id = ${source_id})
        order by d.next_check_at, d.item_id, d.url limit 1 for update of d skip locked
      ) due
      where f.item_id = due.item_id and f.url = due.url
      returning f.item_id, f.url, f.kind, f.title, f.source_id, f.etag, f.last_modified, f.sha256, f.snapshot_id,
                f.extractor_version, f.ok_at, f.failures,
                f.first_seen_at, due.charset, due.settings`.execute(db),
  );
  return rows[0] ?? null;
}

/** A gate for every host at which pages and files lie. */
export async function provideDetailGates(query: Query, now: Date): Promise<void> {
  await query((db) =>
    sql`
      insert into host_gate (host)
      select distinct f.host from item_fetch f left join host_gate g on g.host = f.host
      where f.next_check_at <= ${now} and g.host is null
      on conflict do nothing`.execute(db),
  );
}

import { sql, type Kysely } from 'kysely';

/**
 * A stretch of the ledger says of itself whether it began later than the check before it had promised, so that a
 * program that stood still shows as a gap, however short; and which address was watched.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table source_watch add column is_late boolean, add column url text;
    comment on column source_watch.is_late is 'Whether nobody looked between the promised time and the beginning; null in rows from before this was kept.';
    comment on column source_watch.url is 'The address that was watched; null in rows from before this was kept.';

    create or replace function record_unchanged_checks(checks jsonb) returns void
      language plpgsql volatile set search_path = public, pg_temp
      set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
    begin
      with given as (
        select * from jsonb_to_recordset(checks) as g(
          id uuid, lease_token uuid, edited_at timestamptz, checked_at timestamptz, watched_until timestamptz,
          next_check_at timestamptz, not_before timestamptz, is_read boolean, etag text, last_modified text, item_count integer)
      ), held as (
        select s.id, s.url, g.checked_at, g.watched_until, g.next_check_at, g.not_before, g.is_read, g.etag, g.last_modified, g.item_count
        from given g
        join source s on s.id = g.id and s.edited_at is not distinct from g.edited_at and s.deleted_at is null
        join host_gate h on h.lease_token = g.lease_token
        for update of s for share of h
      ), rescheduled as (
        update source s
        set problem = null, failures = 0, last_attempt_at = h.checked_at, last_ok_at = h.checked_at,
            next_check_at = h.next_check_at, not_before = h.not_before,
            etag = case when h.is_read then h.etag else s.etag end,
            last_modified = case when h.is_read then h.last_modified else s.last_modified end,
            last_item_count = coalesce(h.item_count, s.last_item_count)
        from held h where s.id = h.id
      ), grown as (
        update source_watch w set to_at = greatest(w.to_at, h.checked_at), checks = w.checks + 1
        from held h
        cross join lateral (
          select id from source_watch where source_id = h.id and outcome <> 'imported' order by from_at desc, id desc limit 1
        ) newest
        where w.id = newest.id and w.outcome = 'watched' and w.to_at > h.watched_until and w.url = h.url
        returning w.source_id
      )
      insert into source_watch (source_id, outcome, from_at, to_at, is_late, url)
      select h.id, 'watched', h.checked_at, h.checked_at, h.watched_until >= h.checked_at, h.url from held h
      where not exists (select from grown where source_id = h.id);
    end $$;
    comment on function record_unchanged_checks(jsonb) is
      'Writes the ends of checks that left the health of their source as it was, each only under the gate of its host and of the source as it was asked. A row of the ledger that ends before watched_until does not grow; a check that came later than promised has no row to grow, and says so.';
  `.execute(db);
}

import { sql, type Kysely } from 'kysely';

/**
 * The lease of a host's gate stands for all that is asked under it: a source needs none of its own. A check then
 * writes its source's row once and not twice, which had been most of the database's work in a sweep. Hosts are
 * claimed by their gates, so that nothing reads through what is due at hosts that are being asked.
 *
 * The function holds the planner to the indexes: in a small table it reads all rows for every batch, and the dead
 * versions of earlier sweeps with them.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table source drop column lease_token;
    drop index source_due;
    comment on column source.next_check_at is 'When it is due; null when it is not to be fetched. Who asks holds the gate of its host.';
    -- A ledger's row grows with every check and stays on its page, without new entries in indexes.
    alter table source_watch set (fillfactor = 75);

    create function record_unchanged_checks(checks jsonb) returns void
      language plpgsql volatile set search_path = public, pg_temp
      set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
    begin
      with given as (
        select * from jsonb_to_recordset(checks) as g(
          id uuid, lease_token uuid, edited_at timestamptz, checked_at timestamptz, watched_until timestamptz,
          next_check_at timestamptz, not_before timestamptz)
      ), held as (
        select s.id, g.checked_at, g.watched_until, g.next_check_at, g.not_before
        from given g
        join source s on s.id = g.id and s.edited_at is not distinct from g.edited_at and s.deleted_at is null
        join host_gate h on h.lease_token = g.lease_token
        for update of s for share of h
      ), rescheduled as (
        update source s
        set problem = null, failures = 0, last_attempt_at = h.checked_at, last_ok_at = h.checked_at,
            next_check_at = h.next_check_at, not_before = h.not_before
        from held h where s.id = h.id
      ), grown as (
        update source_watch w set to_at = greatest(w.to_at, h.checked_at), checks = w.checks + 1
        from held h
        cross join lateral (
          select id from source_watch where source_id = h.id order by from_at desc, id desc limit 1
        ) newest
        where w.id = newest.id and w.outcome = 'watched' and w.to_at > h.watched_until
        returning w.source_id
      )
      insert into source_watch (source_id, outcome, from_at, to_at)
      select h.id, 'watched', h.checked_at, h.checked_at from held h
      where not exists (select from grown where source_id = h.id);
    end $$;
    comment on function record_unchanged_checks(jsonb) is
      'Writes the ends of checks that brought no news, each only under the gate of its host and of the source as it was asked. A row of the ledger that ends before watched_until does not grow.';
    revoke all on function record_unchanged_checks(jsonb) from public;
    grant execute on function record_unchanged_checks(jsonb) to greenlane_app, greenlane_worker;
  `.execute(db);
}

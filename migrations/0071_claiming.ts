import { sql, type Kysely } from 'kysely';

/**
 * Claims go by an index of their own for mails and for posts, so that one does not read through what waits for the
 * other. What a claim writes stands in no index, and with room on its page it makes no new entries in them. The
 * function holds the planner to the index: right after a fan-out the statistics are those of an empty table, and
 * every claim then read and sorted all that was waiting.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    drop index delivery_due;
    create index delivery_due_post on delivery (next_attempt_at) where state = 'pending' and channel <> 'email';
    create index delivery_due_mail on delivery (next_attempt_at) where state = 'pending' and channel = 'email';
    alter table delivery set (fillfactor = 75);

    create function due_deliveries(is_mail boolean, at timestamptz, at_most integer)
      returns table (id uuid, endpoint_id uuid, next_attempt_at timestamptz)
      language plpgsql stable set search_path = public, pg_temp
      set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
    begin
      if is_mail then
        return query select d.id, d.endpoint_id, d.next_attempt_at from delivery d
          where d.state = 'pending' and d.channel = 'email' and d.next_attempt_at <= at
            and (d.leased_until is null or d.leased_until < at)
          order by d.next_attempt_at limit at_most;
      else
        return query select d.id, d.endpoint_id, d.next_attempt_at from delivery d
          where d.state = 'pending' and d.channel <> 'email' and d.next_attempt_at <= at
            and (d.leased_until is null or d.leased_until < at)
          order by d.next_attempt_at limit at_most;
      end if;
    end $$;
    comment on function due_deliveries(boolean, timestamptz, integer) is 'What is due and nobody holds, the longest due first.';
    revoke all on function due_deliveries(boolean, timestamptz, integer) from public;
    grant execute on function due_deliveries(boolean, timestamptz, integer) to greenlane_worker;
  `.execute(db);
}

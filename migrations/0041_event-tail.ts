import { sql, type Kysely } from 'kysely';

/**
 * A web process follows the spine once for all its open streams. It names the firms whose streams it serves,
 * each of which was authorised when it was opened; of other firms' events it is given nothing.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function follow_events(after_transaction xid8, after_id bigint, of_firms uuid[], of_operator boolean, at_most integer)
      returns setof event
      language sql stable security definer set search_path = public, pg_temp as $$
      select e.* from event e
      where (e.transaction_id, e.id) > (after_transaction, after_id)
        and e.transaction_id < pg_snapshot_xmin(pg_current_snapshot())
        and (e.audience = 'everyone' or (e.audience = 'operator' and of_operator) or e.firm_id = any (of_firms))
      order by e.transaction_id, e.id limit at_most
    $$;
    comment on function follow_events(xid8, bigint, uuid[], boolean, integer) is 'Events after a position, up to the oldest transaction that is still open.';
    grant create on schema public to greenlane_worker;
    alter function follow_events(xid8, bigint, uuid[], boolean, integer) owner to greenlane_worker;
    revoke create on schema public from greenlane_worker;
    revoke all on function follow_events(xid8, bigint, uuid[], boolean, integer) from public;
    grant execute on function follow_events(xid8, bigint, uuid[], boolean, integer) to greenlane_app;
  `.execute(db);
}

import { sql, type Kysely } from 'kysely';

/**
 * When the first of those who asked to hear of a confirmed signal was told: in the inbox at once, by mail, webhook or
 * push when it was delivered. A signal that nobody asked for was told to nobody.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function signals_told(signal_ids uuid[]) returns table (signal_id uuid, told_at timestamptz)
      language sql stable security definer set search_path = public, pg_temp as $$
      select e.subject_id, min(t.told_at)
      from event e
      join alert a on a.event_id = e.id
      join lateral (
        select a.created_at as told_at where a.in_inbox
        union all
        select d.finished_at from delivery d where d.alert_id = a.id and d.state = 'delivered'
        union all
        select d.finished_at from digest_entry n join delivery d on d.digest_id = n.digest_id
        where n.alert_id = a.id and d.state = 'delivered'
      ) t on true
      where app_is_operator() and e.unique_key = any(select 'signal.confirmed:' || id from unnest(signal_ids) as id)
      group by e.subject_id
    $$;
    comment on function signals_told(uuid[]) is 'Of all firms together, for the operator alone: the moment at which the first recipient of a confirmed signal was told.';
    revoke all on function signals_told(uuid[]) from public;
    grant execute on function signals_told(uuid[]) to greenlane_app;
  `.execute(db);
}

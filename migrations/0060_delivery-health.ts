import { sql, type Kysely } from 'kysely';

/**
 * How deliveries of all firms fare, for the operator: counts and times by channel and by problem. No firm, address
 * or message is in the answer, and a problem of fewer than five firms says only that it exists.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create index delivery_by_time on delivery using brin (created_at);
    create index delivery_attempt_failed on delivery_attempt (started_at) where not is_success;

    create function delivery_health(since timestamptz)
      returns table (channel text, delivered integer, delivered_last_hour integer, dead integer, waiting integer,
                     overdue integer, oldest_waiting_at timestamptz, p50_seconds float8, p95_seconds float8)
      language sql stable security definer set search_path = public, pg_temp as $$
      select d.channel,
             (count(*) filter (where d.state = 'delivered'))::int,
             (count(*) filter (where d.state = 'delivered' and d.finished_at > now() - interval '1 hour'))::int,
             (count(*) filter (where d.state = 'dead'))::int,
             (count(*) filter (where d.state = 'pending'))::int,
             -- Due for longer than a lease lasts, and nobody has taken it up.
             (count(*) filter (where d.state = 'pending' and greatest(d.next_attempt_at, coalesce(d.leased_until, d.next_attempt_at)) < now() - interval '1 minute'))::int,
             min(d.created_at) filter (where d.state = 'pending'),
             percentile_cont(0.5) within group (order by extract(epoch from d.finished_at - d.created_at)) filter (where d.state = 'delivered'),
             percentile_cont(0.95) within group (order by extract(epoch from d.finished_at - d.created_at)) filter (where d.state = 'delivered')
      from delivery d
      where app_is_operator() and (d.state = 'pending' or d.created_at >= since)
      group by d.channel
    $$;
    comment on function delivery_health(timestamptz) is 'Of all firms together, for the operator alone: what left, waits and was given up, by channel.';

    create function delivery_problems(since timestamptz)
      returns table (channel text, problem text, attempts integer, firms integer)
      language sql stable security definer set search_path = public, pg_temp as $$
      select d.channel, t.problem,
             case when count(distinct d.firm_id) >= 5 then count(*)::int end,
             case when count(distinct d.firm_id) >= 5 then count(distinct d.firm_id)::int end
      from delivery_attempt t join delivery d on d.id = t.delivery_id
      where app_is_operator() and not t.is_success and t.started_at >= since and d.firm_id is not null
      group by d.channel, t.problem
    $$;
    comment on function delivery_problems(timestamptz) is 'Why attempts failed; counts only where five firms or more have the problem.';

    grant create on schema public to greenlane_worker;
    alter function delivery_health(timestamptz) owner to greenlane_worker;
    alter function delivery_problems(timestamptz) owner to greenlane_worker;
    revoke create on schema public from greenlane_worker;
    revoke all on function delivery_health(timestamptz), delivery_problems(timestamptz) from public;
    grant execute on function delivery_health(timestamptz), delivery_problems(timestamptz) to greenlane_app;
  `.execute(db);
}

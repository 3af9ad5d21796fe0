import { sql, type Kysely } from 'kysely';

/**
 * Who is owed an event is decided in the transaction of the event, by one statement over all subscriptions.
 * Whoever publishes may not read firms' subscriptions: the function runs with the rights of the jobs, can be
 * asked about an event of the running transaction only, and gives back counts.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function path_and_above(paths text[]) returns text[]
      language sql immutable parallel safe set search_path = pg_catalog as $$
      select coalesce(array_agg(distinct array_to_string(parts[1:n], '.')), '{}')
      from unnest(paths) path, string_to_array(path, '.') parts, generate_series(1, cardinality(parts)) n
    $$;
    comment on function path_and_above(text[]) is '{4.12.1} gives {4, 4.12, 4.12.1}: who follows clause 4.12 hears of 4.12.1.';

    create function words_of(list jsonb) returns text[]
      language sql immutable parallel safe set search_path = pg_catalog as $$
      select case when jsonb_typeof(list) = 'array'
        then array(select jsonb_array_elements_text(list)) else '{}' end
    $$;

    -- Digests come at the full hour; daily ones at eight in the morning, weekly ones at eight on Monday.
    create function period_end(mode text, at timestamptz, zone text) returns timestamptz
      language sql stable parallel safe set search_path = pg_catalog as $$
      select case mode
        when 'hourly' then date_trunc('hour', at, zone) + interval '1 hour'
        when 'daily' then
          (date_trunc('day', (at at time zone zone) - interval '8 hours') + interval '1 day 8 hours') at time zone zone
        when 'weekly' then
          (date_trunc('week', (at at time zone zone) - interval '8 hours') + interval '7 days 8 hours') at time zone zone
      end
    $$;

    -- The moment itself, or the end of the quiet hours that it falls in; they may pass midnight.
    create function after_quiet_hours(at timestamptz, zone text, quiet_from time, quiet_to time) returns timestamptz
      language sql stable parallel safe set search_path = pg_catalog as $$
      select case
        when quiet_from is null or quiet_from = quiet_to then at
        when quiet_from < quiet_to and (at at time zone zone)::time >= quiet_from and (at at time zone zone)::time < quiet_to
          then ((at at time zone zone)::date + quiet_to) at time zone zone
        when quiet_from > quiet_to and (at at time zone zone)::time < quiet_to
          then ((at at time zone zone)::date + quiet_to) at time zone zone
        when quiet_from > quiet_to and (at at time zone zone)::time >= quiet_from
          then ((at at time zone zone)::date + 1 + quiet_to) at time zone zone
        else at
      end
    $$;

    create function tell_subscribers(told_event bigint, affected uuid[], out alerts bigint, out deliveries bigint)
      language plpgsql security definer set search_path = public, pg_temp as $$
    declare
      told event;
      about_instruments text[];
      about_provisions text[];
      about_pending text[];
      about_categories text[];
      about_districts text[];
      -- Stands for the operator where rows are joined: null equals nothing.
      nobody constant uuid := '00000000-0000-0000-0000-000000000000';
    begin
      alerts := 0;
      deliveries := 0;
      select * into told from event e where e.id = told_event and e.transaction_id = pg_current_xact_id();
      if not found then
        return;
      end if;
      about_instruments := words_of(told.data #> '{about,instruments}');
      about_provisions := path_and_above(words_of(told.data #> '{about,provisions}'));
      about_pending := words_of(told.data #> '{about,pending_items}');
      about_categories := words_of(told.data #> '{about,categories}');
      about_districts := words_of(told.data #> '{about,districts}');
      with heard as (
        select s.id, s.firm_id, s.user_id, coalesce(s.firm_id, nobody) as firm_key, s.to_inbox, s.to_email, s.to_push,
               s.endpoint_ids, s.language, s.quiet_from, s.quiet_to,
               case s.mode when 'immediate' then 1 when 'hourly' then 2 when 'daily' then 3 else 4 end as mode_rank,
               jsonb_build_object('subscription_id', s.id, 'user_id', s.user_id, 'kinds', s.kinds,
                 'instruments', s.instruments, 'provisions', s.provisions, 'pending_items', s.pending_items,
                 'categories', s.categories, 'districts', s.districts, 'only_if_affected', s.only_if_affected) as reason
        from subscription s
        where (told.audience = 'everyone' or (told.audience = 'operator' and s.firm_id is null)
               or s.firm_id = told.firm_id)
          and (s.kinds is null or told.kind = any (s.kinds))
          and ((s.instruments is null and s.provisions is null and s.pending_items is null)
               or ((s.instruments is not null or s.provisions is not null)
                   and (s.instruments is null or s.instruments && about_instruments)
                   and (s.provisions is null or s.provisions && about_provisions))
               or s.pending_items && about_pending)
          -- A change that names no category or district concerns all of them.
          and (s.categories is null or about_categories = '{}' or s.categories && about_categories)
          and (s.districts is null or about_districts = '{}' or s.districts && about_districts)
          -- Where it is not known yet whom a change touches, silence would be the dearer mistake.
          and (not s.only_if_affected or s.firm_id is null or affected is null or s.firm_id = any (affected))
      ), owed as (
        insert into alert (firm_id, event_id, in_inbox, reasons)
        select h.firm_id, told.id, bool_or(h.to_inbox), jsonb_agg(h.reason)
        from heard h group by h.firm_id
        on conflict on constraint alert_once do nothing
        returning id, firm_id
      ), wanted as (
        select h.id, h.firm_key, h.user_id, null::uuid as endpoint_id, 'email' as channel, h.mode_rank, h.language,
               h.quiet_from, h.quiet_to, true as is_open
        from heard h
        where h.to_email
        union all
        select h.id, h.firm_key, h.user_id, null, 'push', h.mode_rank, h.language, h.quiet_from, h.quiet_to, true
        from heard h where h.to_push
        union all
        select h.id, h.firm_key, null, p.id, 'webhook', h.mode_rank, h.language, h.quiet_from, h.quiet_to, p.state = 'active'
        from heard h
        cross join unnest(h.endpoint_ids) as wanted_endpoint (id)
        join endpoint p on p.id = wanted_endpoint.id and coalesce(p.firm_id, nobody) = h.firm_key
        where cardinality(h.endpoint_ids) > 0 and p.deleted_at is null and p.state <> 'disabled'
      ), chosen as (
        -- Once per channel, however many subscriptions: the soonest of them, then the oldest id.
        select distinct on (w.firm_key, w.user_id, w.endpoint_id, w.channel) w.*
        from wanted w
        where w.channel <> 'email' or not exists (
          select from mail_stop m where coalesce(m.firm_id, nobody) = w.firm_key and m.user_id is not distinct from w.user_id)
        order by w.firm_key, w.user_id, w.endpoint_id, w.channel, w.mode_rank, w.id
      ), placed as (
        select o.id as alert_id, o.firm_id, c.user_id, c.endpoint_id, c.channel, c.mode_rank, c.language, c.quiet_from,
               c.quiet_to, c.is_open, coalesce(f.time_zone, 'Asia/Shanghai') as zone
        from chosen c
        join owed o on coalesce(o.firm_id, nobody) = c.firm_key
        left join auth.firm f on f.id = o.firm_id
      ), sent as (
        insert into delivery (firm_id, alert_id, user_id, endpoint_id, channel, language, next_attempt_at, state, problem, finished_at)
        select p.firm_id, p.alert_id, p.user_id, p.endpoint_id, p.channel, p.language,
               case when p.quiet_from is null then now() else after_quiet_hours(now(), p.zone, p.quiet_from, p.quiet_to) end,
               case when p.is_open then 'pending' else 'dead' end,
               case when p.is_open then null else 'endpoint_paused' end,
               case when p.is_open then null else now() end
        from placed p where p.mode_rank = 1 or not p.is_open
        on conflict on constraint delivery_once do nothing
        returning 1
      ), kept as (
        insert into digest_entry (firm_id, alert_id, user_id, endpoint_id, channel, mode, language, period_end)
        select p.firm_id, p.alert_id, p.user_id, p.endpoint_id, p.channel, m.mode, p.language, period_end(m.mode, now(), p.zone)
        from placed p
        join (values (2, 'hourly'), (3, 'daily'), (4, 'weekly')) as m (rank, mode) on m.rank = p.mode_rank
        where p.is_open
        on conflict on constraint digest_entry_once do nothing
        returning 1
      )
      select (select count(*) from owed), (select count(*) from sent) + (select count(*) from kept)
        into alerts, deliveries;
    end $$;
    comment on function tell_subscribers(bigint, uuid[]) is 'Writes the alerts, deliveries and digest entries of an event of this transaction.';

    -- Owned by the role of the jobs, whose policies let it read subscriptions and write what is owed.
    grant create on schema public to greenlane_worker;
    alter function tell_subscribers(bigint, uuid[]) owner to greenlane_worker;
    revoke create on schema public from greenlane_worker;
    revoke all on function tell_subscribers(bigint, uuid[]) from public;
    grant execute on function tell_subscribers(bigint, uuid[]) to greenlane_app, greenlane_worker;
  `.execute(db);
}

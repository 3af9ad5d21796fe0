import { sql, type Kysely } from 'kysely';

/**
 * What a version does to the products of each firm, worked out before it is published, so that the alert names
 * them. A row counts while nothing that it was made of has changed: the rules and registers (`basis`), the firm's
 * office, and its portfolio, whose last change must lie before the `horizon` of the reading.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table portfolio_change add column transaction_id xid8 not null default pg_current_xact_id();
    comment on column portfolio_change.transaction_id is 'Of the transaction that wrote it: a reader knows by it whether it saw the change.';
    create index portfolio_change_of_firm on portfolio_change (firm_id, transaction_id desc);
    create policy of_jobs on portfolio_change for select to greenlane_worker using (true);
    grant select (firm_id, transaction_id) on portfolio_change to greenlane_worker;

    create table version_impact (
      version_id uuid not null references rule_version (id) on delete cascade,
      firm_id uuid not null references auth.firm (id) on delete cascade,
      basis text not null check (length(basis) between 1 and 100),
      customs_office text not null,
      horizon xid8 not null,
      products integer not null check (products >= 0),
      impact jsonb not null check (jsonb_typeof(impact) = 'object'),
      computed_at timestamptz not null default now(),
      primary key (version_id, firm_id)
    );
    comment on table version_impact is 'What a version does to a firm''s own products, worked out ahead. The firm reads it once the version is published.';
    comment on column version_impact.products is 'How many of the firm''s products it touches.';
    create index version_impact_of_firm on version_impact (firm_id);
    alter table version_impact enable row level security;
    alter table version_impact force row level security;
    create policy of_firm on version_impact for select to greenlane_app using (
      firm_id = (select app_firm_id())
      and exists (select from rule_version v where v.id = version_impact.version_id and v.state = 'published'));
    create policy of_jobs on version_impact to greenlane_worker using (true) with check (true);
    grant select on version_impact to greenlane_app;
    grant select, insert, update, delete on version_impact to greenlane_worker;

    -- Which firms have a portfolio, and whether what stands for them counts under this basis.
    create function impact_standing(asked_version uuid, asked_basis text)
      returns table (firm_id uuid, products integer, impact jsonb, is_known boolean)
      language sql stable security definer set search_path = public, pg_temp set enable_nestloop = on as $$
      select f.id, i.products, i.impact,
             coalesce(i.basis = asked_basis and i.customs_office = f.customs_office and i.horizon > c.transaction_id, false)
      from auth.firm f
      join lateral (select p.transaction_id from portfolio_change p where p.firm_id = f.id
                    order by p.transaction_id desc limit 1) c on true
      left join version_impact i on i.version_id = asked_version and i.firm_id = f.id
    $$;
    comment on function impact_standing(uuid, text) is 'What is known of a version''s impact on each firm with a portfolio; a firm without one has no row and no product.';

    create function keep_impact(kept_version uuid, kept_basis text, kept_office text, kept_horizon xid8, kept_impact jsonb)
      returns void language sql security definer set search_path = public, pg_temp as $$
      insert into version_impact (version_id, firm_id, basis, customs_office, horizon, products, impact)
      select kept_version, app_firm_id(), kept_basis, kept_office, kept_horizon, (kept_impact ->> 'total')::int, kept_impact
      where app_firm_id() is not null
      on conflict (version_id, firm_id) do update
        set basis = excluded.basis, customs_office = excluded.customs_office, horizon = excluded.horizon,
            products = excluded.products, impact = excluded.impact, computed_at = now()
    $$;
    comment on function keep_impact(uuid, text, text, xid8, jsonb) is 'Keeps what was worked out in a transaction of the firm, for that firm.';

    -- Counts of five firms and more, rounded down to fives, so that two counts tell nothing about one firm.
    create function impact_counts(asked_version uuid, asked_basis text,
                                  out firms integer, out products integer, out is_few boolean, out is_complete boolean)
      language sql stable security definer set search_path = public, pg_temp as $$
      select case when c.is_few then null else c.firms / 5 * 5 end, case when c.is_few then null else c.products / 5 * 5 end,
             c.is_few, c.is_complete
      from (
        select t.firms::int as firms, t.products::int as products, t.asked < 5 or t.firms between 1 and 4 as is_few,
               t.is_complete
        from (
          select count(*) as asked, count(*) filter (where s.is_known and s.products > 0) as firms,
                 coalesce(sum(s.products) filter (where s.is_known), 0) as products, coalesce(bool_and(s.is_known), true) as is_complete
          from impact_standing(asked_version, asked_basis) s
          join auth.firm f on f.id = s.firm_id and not f.is_sample) t) c
    $$;
    comment on function impact_counts(uuid, text) is 'Over all firms but samples; null where fewer than five stand behind a count.';

    create function impact_waiting(asked_version uuid, asked_basis text, up_to integer) returns uuid[]
      language sql stable security definer set search_path = public, pg_temp as $$
      select coalesce(array_agg(w.firm_id), '{}') from (
        select s.firm_id from impact_standing(asked_version, asked_basis) s where not s.is_known order by s.firm_id limit up_to) w
    $$;
    comment on function impact_waiting(uuid, text, integer) is 'Firms whose impact is to be worked out; ids alone.';
  `.execute(db);
  await telling(db);
  await sql`
    grant create on schema public to greenlane_worker;
    alter function impact_standing(uuid, text) owner to greenlane_worker;
    alter function keep_impact(uuid, text, text, xid8, jsonb) owner to greenlane_worker;
    alter function impact_counts(uuid, text) owner to greenlane_worker;
    alter function impact_waiting(uuid, text, integer) owner to greenlane_worker;
    alter function tell_subscribers(bigint, uuid[], text) owner to greenlane_worker;
    revoke create on schema public from greenlane_worker;
    revoke all on function impact_standing(uuid, text), keep_impact(uuid, text, text, xid8, jsonb),
      impact_counts(uuid, text), impact_waiting(uuid, text, integer), tell_subscribers(bigint, uuid[], text) from public;
    grant execute on function impact_counts(uuid, text), impact_waiting(uuid, text, integer),
      keep_impact(uuid, text, text, xid8, jsonb), tell_subscribers(bigint, uuid[], text) to greenlane_app, greenlane_worker;
    grant execute on function impact_standing(uuid, text) to greenlane_worker;
  `.execute(db);
}

async function telling(db: Kysely<unknown>): Promise<void> {
  await sql`
    drop function tell_subscribers(bigint, uuid[]);
    create function tell_subscribers(told_event bigint, affected uuid[], impact_basis text, out alerts bigint, out deliveries bigint)
      language plpgsql security definer set search_path = public, pg_temp set enable_nestloop = off as $$
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
      with standing as materialized (
        -- Without a basis nothing was worked out ahead, and nobody is looked up.
        select i.firm_id, i.products, case when i.is_known then i.impact end as impact, i.is_known
        from impact_standing(told.subject_id, impact_basis) i where impact_basis is not null
      ), heard as (
        select s.id, s.firm_id, s.user_id, coalesce(s.firm_id, nobody) as firm_key, s.to_inbox, s.to_email, s.to_push,
               s.endpoint_ids, s.language, s.quiet_from, s.quiet_to,
               case s.mode when 'immediate' then 1 when 'hourly' then 2 when 'daily' then 3 else 4 end as mode_rank,
               jsonb_build_object('subscription_id', s.id, 'user_id', s.user_id, 'kinds', s.kinds,
                 'instruments', s.instruments, 'provisions', s.provisions, 'pending_items', s.pending_items,
                 'categories', s.categories, 'districts', s.districts, 'only_if_affected', s.only_if_affected) as reason
        from subscription s
        left join standing i on i.firm_id = s.firm_id
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
          and (not s.only_if_affected or s.firm_id is null
               or case when impact_basis is null then affected is null or s.firm_id = any (affected)
                    else i.firm_id is not null and (not i.is_known or i.products > 0) end)
      ), owed as (
        insert into alert (firm_id, event_id, in_inbox, reasons, impact)
        select g.firm_id, told.id, g.in_inbox, g.reasons,
               case when impact_basis is null then null
                 when g.firm_id is null then (select to_jsonb(c) from impact_counts(told.subject_id, impact_basis) c)
                 when i.firm_id is null then '{"day": null, "is_supposed": false, "total": 0, "without_report": 0, "groups": [], "products": []}'::jsonb
                 else i.impact end
        from (select h.firm_id, bool_or(h.to_inbox) as in_inbox, jsonb_agg(h.reason) as reasons
              from heard h group by h.firm_id) g
        left join standing i on i.firm_id = g.firm_id
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
    comment on function tell_subscribers(bigint, uuid[], text) is 'Writes the alerts, deliveries and digest entries of an event of this transaction.';
  `.execute(db);
}

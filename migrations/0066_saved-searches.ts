import { sql, type Kysely } from 'kysely';

/**
 * Searches that a firm keeps under a name, and subscriptions to them. Texts are matched by the program, in the
 * transaction that publishes them; who asked stays in the database: the program is given queries without names
 * or owners, and only in a transaction that holds an event for everybody.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table saved_search (
      id uuid primary key default gen_random_uuid(),
      firm_id uuid references auth.firm (id) on delete cascade,
      name text not null check (length(name) between 1 and 100),
      query text not null check (length(query) between 1 and 4000),
      created_by text not null check (length(created_by) between 1 and 200),
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      constraint saved_search_named_once unique nulls not distinct (firm_id, name)
    );
    comment on table saved_search is 'A query of the watch under a name; of a firm, or of the operator.';

    alter table saved_search enable row level security;
    alter table saved_search force row level security;
    create policy of_owner on saved_search to greenlane_app
      using (firm_id = (select app_firm_id()) or (firm_id is null and (select app_is_operator())))
      with check (firm_id = (select app_firm_id()) or (firm_id is null and (select app_is_operator())));
    create policy of_jobs on saved_search to greenlane_worker using (true) with check (true);
    grant select, insert, update, delete on saved_search to greenlane_app;
    grant select on saved_search to greenlane_worker;

    alter table subscription add column saved_searches uuid[] check (cardinality(saved_searches) > 0);
    comment on column subscription.saved_searches is 'Beside instruments, provisions and pending items either is enough.';

    create function queries_followed(told_event bigint, known_version text, out version text, out queries text[])
      language plpgsql stable security definer set search_path = public, pg_temp as $$
    begin
      if not exists (select from event e where e.id = told_event and e.audience = 'everyone'
                     and e.transaction_id = pg_current_xact_id_if_assigned()) then
        return;
      end if;
      select array_agg(q.query order by q.query) into queries from (
        select distinct x.query collate "C" as query
        from saved_search x
        where x.id in (select unnest(s.saved_searches) from subscription s where s.saved_searches is not null)) q;
      version := md5(coalesce(array_to_string(queries, E'\\x1f'), ''));
      if version = known_version then
        queries := null;
      end if;
    end $$;
    comment on function queries_followed(bigint, text) is 'The queries that somebody follows, without whose they are, while an event for everybody is written; null where the caller knows this version.';
  `.execute(db);
  await sql`
    -- As before, only the places change at which a subscription fits and says why.
    do $$
    declare
      told text := pg_get_functiondef('tell_subscribers(bigint, uuid[], text)'::regprocedure);
    begin
      told := replace(told, 'impact_basis text, OUT alerts', 'impact_basis text, searched jsonb, OUT alerts');
      told := regexp_replace(told, '\\),\\s*fitting as \\(', '), followed as materialized (
        -- What was found in the event''s texts, by the searches of each subscription.
        select s.id as subscription_id,
               jsonb_agg(jsonb_build_object(''id'', x.id, ''name'', x.name, ''query'', x.query, ''excerpts'', q.excerpts) order by x.name) as searches
        from jsonb_to_recordset(searched) as q (query text, excerpts jsonb)
        join saved_search x on x.query = q.query
        join (select s.id, coalesce(s.firm_id, nobody) as firm_key, unnest(s.saved_searches) as search_id
              from subscription s where s.saved_searches is not null) s
          on s.search_id = x.id and s.firm_key = coalesce(x.firm_id, nobody)
        group by s.id
      ), fitting as (');
      told := replace(told, '''only_if_affected'', s.only_if_affected) as reason',
        '''only_if_affected'', s.only_if_affected) || case when s.saved_searches is null then ''{}''
                 else jsonb_build_object(''saved_searches'', s.saved_searches, ''found'', coalesce(w.searches, ''[]'')) end as reason');
      told := replace(told, 'left join standing i on i.firm_id = s.firm_id
        where', 'left join standing i on i.firm_id = s.firm_id
        left join followed w on w.subscription_id = s.id
        where');
      told := replace(told, 's.provisions is null and s.pending_items is null)',
        's.provisions is null and s.pending_items is null and s.saved_searches is null)');
      told := replace(told, 'or s.pending_items && about_pending)', 'or s.pending_items && about_pending
               or w.subscription_id is not null)');
      if told not like '%searched jsonb, OUT%' or told not like '%followed as materialized%'
         or told not like '%''saved_searches'', s.saved_searches%' or told not like '%left join followed w%'
         or told not like '%s.saved_searches is null)%' or told not like '%or w.subscription_id is not null)%' then
        raise exception 'the places at which subscriptions fit were not found';
      end if;
      execute told;
    end $$;
    drop function tell_subscribers(bigint, uuid[], text);
    grant create on schema public to greenlane_worker;
    alter function tell_subscribers(bigint, uuid[], text, jsonb) owner to greenlane_worker;
    alter function queries_followed(bigint, text) owner to greenlane_worker;
    revoke create on schema public from greenlane_worker;
    revoke all on function tell_subscribers(bigint, uuid[], text, jsonb), queries_followed(bigint, text) from public;
    grant execute on function tell_subscribers(bigint, uuid[], text, jsonb), queries_followed(bigint, text)
      to greenlane_app, greenlane_worker;
  `.execute(db);
}

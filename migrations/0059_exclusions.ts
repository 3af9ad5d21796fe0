import { sql, type Kysely } from 'kysely';

/**
 * What a firm said does not concern it is left out of a subscription from then on; what was left out by which
 * exclusion is kept, so that nobody wonders why they were not told.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table subscription_exclusion (
      id uuid primary key default gen_random_uuid(),
      firm_id uuid references auth.firm (id) on delete cascade,
      subscription_id uuid not null references subscription (id) on delete cascade,
      alert_id uuid references alert (id) on delete set null,
      kinds text[] check (cardinality(kinds) > 0),
      instruments text[] check (cardinality(instruments) > 0),
      provisions text[] check (cardinality(provisions) > 0),
      pending_items text[] check (cardinality(pending_items) > 0),
      categories text[] check (cardinality(categories) > 0),
      districts text[] check (cardinality(districts) > 0),
      reason text check (length(reason) <= 4000),
      created_by text not null check (length(created_by) between 1 and 200),
      created_at timestamptz not null default now(),
      undone_by text check (length(undone_by) between 1 and 200),
      undone_at timestamptz,
      constraint exclusion_of_something check (coalesce(kinds, instruments, provisions, pending_items, categories, districts) is not null),
      constraint exclusion_undone check ((undone_by is null) = (undone_at is null))
    );
    comment on table subscription_exclusion is 'An event is left out when all that it names of each list stands here; one that names more is told.';
    create index subscription_exclusion_of_subscription on subscription_exclusion (subscription_id) where undone_at is null;

    create table alert_withheld (
      id uuid primary key default gen_random_uuid(),
      firm_id uuid references auth.firm (id) on delete cascade,
      event_id bigint not null references event (id) on delete cascade,
      subscription_id uuid not null references subscription (id) on delete cascade,
      exclusion_id uuid not null references subscription_exclusion (id) on delete cascade,
      at timestamptz not null default now(),
      constraint alert_withheld_once unique (event_id, subscription_id)
    );
    comment on table alert_withheld is 'Append-only: a subscription that an event fits was left out, and by which exclusion.';
    create index alert_withheld_of_exclusion on alert_withheld (exclusion_id);
  `.execute(db);
  for (const [table, rights] of [
    ['subscription_exclusion', 'select, insert, update'],
    ['alert_withheld', 'select'],
  ])
    await sql
      .raw(
        `alter table ${table} enable row level security;
         alter table ${table} force row level security;
         create policy of_owner on ${table} to greenlane_app
           using (firm_id = (select app_firm_id()) or (firm_id is null and (select app_is_operator())))
           with check (firm_id = (select app_firm_id()) or (firm_id is null and (select app_is_operator())));
         create policy of_jobs on ${table} to greenlane_worker using (true) with check (true);
         grant ${rights} on ${table} to greenlane_app;
         grant select, insert on ${table} to greenlane_worker;`,
      )
      .execute(db);
  await sql`
    create function excluding(told event) returns table (subscription_id uuid, exclusion_id uuid)
      language sql stable set search_path = public, pg_temp as $$
      with about as (
        select words_of(told.data #> '{about,instruments}') as instruments,
               words_of(told.data #> '{about,provisions}') as provisions,
               words_of(told.data #> '{about,pending_items}') as pending_items,
               words_of(told.data #> '{about,categories}') as categories,
               words_of(told.data #> '{about,districts}') as districts
      )
      select distinct on (x.subscription_id) x.subscription_id, x.id
      from subscription_exclusion x, about a
      where x.undone_at is null
        and (x.kinds is null or told.kind = any (x.kinds))
        and (x.instruments is null or (a.instruments <> '{}' and a.instruments <@ x.instruments))
        and (x.provisions is null or (a.provisions <> '{}' and not exists (
          select from unnest(a.provisions) path where not path_and_above(array[path]) && x.provisions)))
        and (x.pending_items is null or (a.pending_items <> '{}' and a.pending_items <@ x.pending_items))
        and (x.categories is null or (a.categories <> '{}' and a.categories <@ x.categories))
        and (x.districts is null or (a.districts <> '{}' and a.districts <@ x.districts))
      order by x.subscription_id, x.created_at, x.id
    $$;
    comment on function excluding(event) is 'Subscriptions that leave this event out. What names nothing of a list concerns all of it, and is never left out by it.';
    revoke all on function excluding(event) from public;
    grant execute on function excluding(event) to greenlane_worker;
  `.execute(db);
  await sql`
    -- The function that tells is long and changes with what it tells of; here only the two places change at which
    -- what fits is heard.
    do $$
    declare
      told text := pg_get_functiondef('tell_subscribers(bigint, uuid[], text)'::regprocedure);
    begin
      told := regexp_replace(told, '\\),\\s*heard as \\(', '), left_out as materialized (
        select x.subscription_id, x.exclusion_id from excluding(told) x
      ), fitting as (');
      told := regexp_replace(told, '\\),\\s*owed as \\(', '), heard as (
        select f.* from fitting f where not exists (select from left_out x where x.subscription_id = f.id)
      ), withheld as (
        insert into alert_withheld (firm_id, event_id, subscription_id, exclusion_id)
        select f.firm_id, told.id, f.id, x.exclusion_id from fitting f join left_out x on x.subscription_id = f.id
        on conflict on constraint alert_withheld_once do nothing
      ), owed as (');
      if told not like '%fitting as (%' or told not like '%), withheld as (%' then
        raise exception 'the places at which subscriptions are heard were not found';
      end if;
      execute told;
    end $$;
  `.execute(db);
}

-- Written by npm run schema; read it, never edit it.
CREATE OR REPLACE FUNCTION public.after_quiet_hours(at timestamp with time zone, zone text, quiet_from time without time zone, quiet_to time without time zone)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog'
AS $function$
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
    $function$
;
CREATE OR REPLACE FUNCTION public.app_firm_id()
 RETURNS uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN (NULLIF(current_setting('app.firm_id'::text, true), ''::text))::uuid
;
CREATE OR REPLACE FUNCTION public.app_is_operator()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN (COALESCE(current_setting('app.is_operator'::text, true), ''::text) = 'on'::text)
;
CREATE OR REPLACE FUNCTION public.app_verify_id()
 RETURNS uuid
 LANGUAGE sql
 STABLE
AS $function$
      select nullif(current_setting('app.verify_id', true), '')::uuid $function$
;
CREATE OR REPLACE FUNCTION public.audit_chain_head_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if tg_op = 'DELETE' or new.sequence <= old.sequence
         or not exists (select from audit_link l where l.sequence = new.sequence and l.sha256 = new.sha256) then
        raise exception 'the head of the chain moves only to a later link' using errcode = 'restrict_violation';
      end if;
      return new;
    end $function$
;
CREATE OR REPLACE FUNCTION public.audit_entry_stays()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      erasable constant text[] := array['erased_at', 'actor_id', 'actor_name', 'subject', 'detail', 'address', 'user_agent'];
    begin
      if tg_op = 'UPDATE' then
        if old.sequence is null and new.sequence is not null
           and to_jsonb(new) - 'sequence' = to_jsonb(old) - 'sequence' then
          return new;
        end if;
        if old.erased_at is null and new.erased_at is not null and new.sequence is not null
           and new.actor_id is null and new.actor_name is null and new.subject is null and new.detail = '{}'
           and new.address is null and new.user_agent is null
           and to_jsonb(new) - erasable = to_jsonb(old) - erasable then
          return new;
        end if;
      end if;
      raise exception 'audit_entry is append-only: a row is never changed or deleted' using errcode = 'restrict_violation';
    end $function$
;
CREATE OR REPLACE FUNCTION public.category_is_recorded()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if tg_op <> 'INSERT' and old.slug is not null and (tg_op = 'DELETE' or new.slug is distinct from old.slug) then
        insert into category_history (slug) values (old.slug);
      end if;
      if tg_op <> 'DELETE' and new.slug is not null then
        insert into category_history (slug, content) values (new.slug, jsonb_build_object(
          'slug', new.slug, 'name', new.name, 'name_zh', new.name_zh, 'aliases', new.aliases, 'hs_candidates', new.hs_candidates));
      end if;
      return null;
    end $function$
;
CREATE OR REPLACE FUNCTION public.code_status_stays()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    if tg_op = 'DELETE' and not exists (select from auth.firm f where f.id = old.firm_id) then
      return old;
    end if;
    raise exception 'code_status is append-only: a row is never changed or deleted' using errcode = 'restrict_violation';
  end $function$
;
CREATE OR REPLACE FUNCTION public.delivery_health(since timestamp with time zone)
 RETURNS TABLE(channel text, delivered integer, delivered_last_hour integer, dead integer, waiting integer, overdue integer, oldest_waiting_at timestamp with time zone, p50_seconds double precision, p95_seconds double precision)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
    $function$
;
-- execute: greenlane_app
CREATE OR REPLACE FUNCTION public.delivery_problems(since timestamp with time zone)
 RETURNS TABLE(channel text, problem text, attempts integer, firms integer)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
      select d.channel, t.problem,
             case when count(distinct d.firm_id) >= 5 then count(*)::int end,
             case when count(distinct d.firm_id) >= 5 then count(distinct d.firm_id)::int end
      from delivery_attempt t join delivery d on d.id = t.delivery_id
      where app_is_operator() and not t.is_success and t.started_at >= since and d.firm_id is not null
      group by d.channel, t.problem
    $function$
;
-- execute: greenlane_app
CREATE OR REPLACE FUNCTION public.due_deliveries(is_mail boolean, at timestamp with time zone, at_most integer)
 RETURNS TABLE(id uuid, endpoint_id uuid, next_attempt_at timestamp with time zone)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'public', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET enable_sort TO 'off'
AS $function$
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
    end $function$
;
-- execute: greenlane_worker
CREATE OR REPLACE FUNCTION public.eligibility_decision_stays()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      -- A firm that is taken away takes its log along; and what it keeps for a time only, erase_outlived_decisions takes.
      if tg_op = 'DELETE' and (not exists (select from auth.firm f where f.id = old.firm_id)
          or coalesce(current_setting('app.erases_decisions_of', true), '') = old.firm_id::text) then
        return old;
      end if;
      raise exception 'eligibility_decision is append-only: a decision is never changed or deleted' using errcode = 'restrict_violation';
    end $function$
;
CREATE OR REPLACE FUNCTION public.erase_outlived_decisions(at_most integer)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    declare
      firm constant uuid := app_firm_id();
      keep constant integer := (select r.keep_days from retention r where r.firm_id = firm and r.kind = 'decisions');
      erased bigint;
    begin
      if keep is null then
        return 0;
      end if;
      perform set_config('app.erases_decisions_of', firm::text, true);
      -- What the firm shows to others by a link is proof for as long as it is shared.
      with outlived as (
        select d.id from eligibility_decision d
        where d.firm_id = firm and d.decided_at < now() - make_interval(days => keep)
          and not exists (select from eligibility_share s where s.decision_id = d.id)
        order by d.decided_at limit at_most),
      gone as (delete from eligibility_decision d using outlived o where d.id = o.id returning d.id)
      select count(*) into erased from gone;
      perform set_config('app.erases_decisions_of', '', true);
      return erased;
    end $function$
;
-- execute: greenlane_app
CREATE OR REPLACE FUNCTION public.event_stays()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if tg_op = 'DELETE' and old.firm_id is not null
         and not exists (select from auth.firm f where f.id = old.firm_id) then
        return old;
      end if;
      raise exception 'event is append-only: a row is never changed or deleted' using errcode = 'restrict_violation';
    end $function$
;
CREATE OR REPLACE FUNCTION public.excluding(told event)
 RETURNS TABLE(subscription_id uuid, exclusion_id uuid)
 LANGUAGE sql
 STABLE
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
    $function$
;
-- execute: greenlane_worker
CREATE OR REPLACE FUNCTION public.follow_events(after_transaction xid8, after_id bigint, of_firms uuid[], of_operator boolean, at_most integer)
 RETURNS SETOF event
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
      select e.* from event e
      where (e.transaction_id, e.id) > (after_transaction, after_id)
        and e.transaction_id < pg_snapshot_xmin(pg_current_snapshot())
        and (e.audience = 'everyone' or (e.audience = 'operator' and of_operator) or e.firm_id = any (of_firms))
      order by e.transaction_id, e.id limit at_most
    $function$
;
-- execute: greenlane_app
CREATE OR REPLACE FUNCTION public.impact_counts(asked_version uuid, asked_basis text, OUT firms integer, OUT products integer, OUT is_few boolean, OUT is_complete boolean)
 RETURNS record
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
    $function$
;
-- execute: greenlane_app
CREATE OR REPLACE FUNCTION public.impact_standing(asked_version uuid, asked_basis text)
 RETURNS TABLE(firm_id uuid, products integer, impact jsonb, is_known boolean)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET enable_nestloop TO 'on'
AS $function$
      select f.id, i.products, i.impact,
             coalesce(i.basis = asked_basis and i.customs_office = f.customs_office and i.horizon > c.transaction_id, false)
      from auth.firm f
      join lateral (select p.transaction_id from portfolio_change p where p.firm_id = f.id
                    order by p.transaction_id desc limit 1) c on true
      left join version_impact i on i.version_id = asked_version and i.firm_id = f.id
    $function$
;
CREATE OR REPLACE FUNCTION public.impact_waiting(asked_version uuid, asked_basis text, up_to integer)
 RETURNS uuid[]
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
      select coalesce(array_agg(w.firm_id), '{}') from (
        select s.firm_id from impact_standing(asked_version, asked_basis) s where not s.is_known order by s.firm_id limit up_to) w
    $function$
;
-- execute: greenlane_app
CREATE OR REPLACE FUNCTION public.instrument_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      of_instrument uuid := case when tg_table_name = 'instrument' then (to_jsonb(old) ->> 'id')::uuid
                            else (coalesce(to_jsonb(old), to_jsonb(new)) ->> 'instrument_id')::uuid end;
    begin
      if exists (select from rule_version v where v.instrument_id = of_instrument and v.state = 'published') then
        raise exception 'the instrument has published versions: it is never changed or deleted' using errcode = 'restrict_violation';
      end if;
      return case when tg_op = 'DELETE' then old else new end;
    end $function$
;
CREATE OR REPLACE FUNCTION public.keep_impact(kept_version uuid, kept_basis text, kept_office text, kept_horizon xid8, kept_impact jsonb)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
      insert into version_impact (version_id, firm_id, basis, customs_office, horizon, products, impact)
      select kept_version, app_firm_id(), kept_basis, kept_office, kept_horizon, (kept_impact ->> 'total')::int, kept_impact
      where app_firm_id() is not null
      on conflict (version_id, firm_id) do update
        set basis = excluded.basis, customs_office = excluded.customs_office, horizon = excluded.horizon,
            products = excluded.products, impact = excluded.impact, computed_at = now()
    $function$
;
-- execute: greenlane_app
CREATE OR REPLACE FUNCTION public.lab_record_follows()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      update lab_register_head set recorded_at = greatest(clock_timestamp(), recorded_at + interval '1 microsecond')
        returning recorded_at into new.recorded_at;
      if new.recorded_at is null then
        raise exception 'only the operator keeps the register of laboratories' using errcode = 'insufficient_privilege';
      end if;
      return new;
    end $function$
;
CREATE OR REPLACE FUNCTION public.lab_record_is_of_sample()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if new.sample_firm_id is not null
        and not exists (select from auth.firm f where f.id = new.sample_firm_id and f.is_sample) then
        raise exception 'only a sample firm has laboratories of its own' using errcode = 'restrict_violation';
      end if;
      return new;
    end $function$
;
CREATE OR REPLACE FUNCTION public.lab_record_is_prompt()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if clock_timestamp() - new.recorded_at > interval '30 seconds' then
        raise exception 'a record of the register was not committed within 30 seconds' using errcode = 'query_canceled';
      end if;
      return null;
    end $function$
;
CREATE OR REPLACE FUNCTION public.lab_record_stays()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if tg_op = 'DELETE' and old.sample_firm_id is not null
        and not exists (select from auth.firm f where f.id = old.sample_firm_id) then
        return old;
      end if;
      raise exception 'lab_record is append-only: a row is never changed or deleted' using errcode = 'restrict_violation';
    end $function$
;
CREATE OR REPLACE FUNCTION public.note_cohort_due()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      insert into cohort_due (direction, month) select distinct direction, month from changed;
      return null;
    end $function$
;
CREATE OR REPLACE FUNCTION public.own_impact(asked_version uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
      select i.impact from version_impact i
      where i.version_id = asked_version and i.firm_id = app_firm_id()
        and exists (select from event e where e.kind = 'rule.published' and e.subject_id = i.version_id)
    $function$
;
-- execute: greenlane_app
CREATE OR REPLACE FUNCTION public.path_and_above(paths text[])
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog'
AS $function$
      select coalesce(array_agg(distinct array_to_string(parts[1:n], '.')), '{}')
      from unnest(paths) path, string_to_array(path, '.') parts, generate_series(1, cardinality(parts)) n
    $function$
;
CREATE OR REPLACE FUNCTION public.period_end(mode text, at timestamp with time zone, zone text)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog'
AS $function$
      select case mode
        when 'hourly' then date_trunc('hour', at, zone) + interval '1 hour'
        when 'daily' then
          (date_trunc('day', (at at time zone zone) - interval '8 hours') + interval '1 day 8 hours') at time zone zone
        when 'weekly' then
          (date_trunc('week', (at at time zone zone) - interval '8 hours') + interval '7 days 8 hours') at time zone zone
      end
    $function$
;
CREATE OR REPLACE FUNCTION public.portfolio_change_stays()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    if tg_op = 'DELETE' and not exists (select from auth.firm f where f.id = old.firm_id) then
      return old;
    end if;
    raise exception 'portfolio_change is append-only: a row is never changed or deleted' using errcode = 'restrict_violation';
  end $function$
;
CREATE OR REPLACE FUNCTION public.queries_followed(told_event bigint, known_version text, OUT version text, OUT queries text[])
 RETURNS record
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    begin
      if not exists (select from event e where e.id = told_event and e.audience = 'everyone'
                     and e.transaction_id = pg_current_xact_id_if_assigned()) then
        return;
      end if;
      select array_agg(q.query order by q.query) into queries from (
        select distinct x.query collate "C" as query
        from saved_search x
        where x.id in (select unnest(s.saved_searches) from subscription s where s.saved_searches is not null)) q;
      version := md5(coalesce(array_to_string(queries, E'\x1f'), ''));
      if version = known_version then
        queries := null;
      end if;
    end $function$
;
-- execute: greenlane_app
CREATE OR REPLACE FUNCTION public.record_unchanged_checks(checks jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
    begin
      with given as (
        select * from jsonb_to_recordset(checks) as g(
          id uuid, lease_token uuid, edited_at timestamptz, checked_at timestamptz, watched_until timestamptz,
          next_check_at timestamptz, not_before timestamptz, is_read boolean, etag text, last_modified text, item_count integer)
      ), gates as materialized (
        select h.lease_token from host_gate h
        where h.lease_token = any(array(select distinct lease_token from given)) for share
      ), held as (
        update source s
        set problem = null, failures = 0, last_attempt_at = g.checked_at, last_ok_at = g.checked_at,
            next_check_at = g.next_check_at, not_before = g.not_before,
            etag = case when g.is_read then g.etag else s.etag end,
            last_modified = case when g.is_read then g.last_modified else s.last_modified end,
            last_item_count = coalesce(g.item_count, s.last_item_count)
        from given g
        where s.id = g.id and s.edited_at is not distinct from g.edited_at and s.deleted_at is null
          and g.lease_token = any(array(select lease_token from gates))
        returning s.id, s.url, g.checked_at, g.watched_until
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
      where h.id not in (select source_id from grown);
    end $function$
;
-- execute: greenlane_app, greenlane_worker
CREATE OR REPLACE FUNCTION public.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      raise exception '% is append-only: a row is never changed or deleted', tg_table_name
        using errcode = 'restrict_violation';
    end $function$
;
CREATE OR REPLACE FUNCTION public.register_state_stays()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      seen text := coalesce(current_setting('app.sees_samples', true), '');
      is_named boolean;
    begin
      -- The record of a real laboratory is never gone: what names none that is there was of a sample.
      if tg_op = 'DELETE' and old.content like '[{"id":"%' then
        -- Not by the function's own settings: an owner who is no superuser may not give it any.
        perform set_config('app.sees_samples', 'on', true);
        is_named := exists (
          select from jsonb_array_elements(old.content::jsonb) r join lab_record l on l.id = (r ->> 'id')::uuid);
        perform set_config('app.sees_samples', seen, true);
        if not is_named then
          return old;
        end if;
      end if;
      raise exception 'register_state is append-only: a row is never changed or deleted' using errcode = 'restrict_violation';
    end $function$
;
CREATE OR REPLACE FUNCTION public.rule_act_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if new.act = 'approved' then
        new.is_one_person := exists (
          select from rule_act a
          where a.version_id = new.version_id and a.act in ('drafted', 'edited') and a.actor_id = new.actor_id);
      end if;
      return new;
    end $function$
;
CREATE OR REPLACE FUNCTION public.rule_chain_follows()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      update rule_chain_head set sequence = new.sequence, sha256 = new.sha256, recorded_at = new.recorded_at
      where sequence = new.sequence - 1 and sha256 = new.previous_sha256 and recorded_at <= new.recorded_at;
      if not found then
        raise exception 'link % does not follow the head of the chain', new.sequence using errcode = 'restrict_violation';
      end if;
      return new;
    end $function$
;
CREATE OR REPLACE FUNCTION public.rule_chain_head_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if tg_op = 'DELETE' or new.sequence <> old.sequence + 1
         or not exists (select from rule_chain_link l where l.sequence = new.sequence and l.sha256 = new.sha256) then
        raise exception 'the head of the chain moves only to its next link' using errcode = 'restrict_violation';
      end if;
      return new;
    end $function$
;
CREATE OR REPLACE FUNCTION public.rule_chain_is_prompt()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if clock_timestamp() > new.recorded_at + interval '30 seconds' then
        raise exception 'link % came more than 30 s after its moment: nothing was kept', new.sequence using errcode = 'serialization_failure';
      end if;
      return null;
    end $function$
;
CREATE OR REPLACE FUNCTION public.rule_part_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      of_version uuid := case when tg_op = 'DELETE' then old.version_id else new.version_id end;
      found_state text;
    begin
      if tg_op = 'UPDATE' and new.version_id <> old.version_id then
        raise exception 'a part stays with its version' using errcode = 'restrict_violation';
      end if;
      select v.state into found_state from rule_version v where v.id = of_version for share;
      if found_state is distinct from 'draft' then
        raise exception 'version % is %: % changes only in a draft', of_version, coalesce(found_state, 'unknown'), tg_table_name
          using errcode = 'restrict_violation';
      end if;
      return case when tg_op = 'DELETE' then old else new end;
    end $function$
;
CREATE OR REPLACE FUNCTION public.rule_version_guard()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    declare
      workflow constant text[] := '{state,revision,updated_at,recorded_at,sequence}';
    begin
      if tg_op = 'INSERT' then
        if new.state <> 'draft' then
          raise exception 'a version begins as a draft' using errcode = 'restrict_violation';
        end if;
        return new;
      end if;
      if old.state in ('published', 'withdrawn') then
        raise exception 'version % is %: it is never changed or deleted', old.id, old.state using errcode = 'restrict_violation';
      end if;
      if tg_op = 'DELETE' then
        return old;
      end if;
      if new.id <> old.id or new.instrument_id <> old.instrument_id then
        raise exception 'a version keeps its id and its instrument' using errcode = 'restrict_violation';
      end if;
      if new.state = 'draft' then
        return new;
      end if;
      if to_jsonb(new) - workflow <> to_jsonb(old) - workflow then
        raise exception 'version % changes its content only as a draft', old.id using errcode = 'restrict_violation';
      end if;
      if (new.state = 'approved' and old.state <> 'draft') or (new.state = 'published' and old.state <> 'approved') then
        raise exception 'version % cannot go from % to %', old.id, old.state, new.state using errcode = 'restrict_violation';
      end if;
      return new;
    end $function$
;
CREATE OR REPLACE FUNCTION public.rule_version_is_approved()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if not exists (select from rule_act a where a.version_id = new.id and a.act = 'approved' and a.content_sha256 = new.content_sha256) then
        raise exception 'version % has no approval of its content', new.id using errcode = 'restrict_violation';
      end if;
      return new;
    end $function$
;
CREATE OR REPLACE FUNCTION public.rule_version_is_linked()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if not exists (
        select from rule_chain_link l
        where l.sequence = new.sequence and l.version_id = new.id and l.kind = 'publication' and l.recorded_at = new.recorded_at
      ) then
        raise exception 'version % is published without its link in the chain', new.id using errcode = 'restrict_violation';
      end if;
      return null;
    end $function$
;
CREATE OR REPLACE FUNCTION public.signals_told(signal_ids uuid[])
 RETURNS TABLE(signal_id uuid, told_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
    $function$
;
-- execute: greenlane_app
CREATE OR REPLACE FUNCTION public.snapshot_stays()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      if tg_op = 'DELETE' and exists (
          select from operator_retention r
          where r.kind = 'snapshots' and old.fetched_at < now() - make_interval(days => r.keep_days)) then
        return old;
      end if;
      raise exception 'snapshot is append-only: a row is never changed or deleted' using errcode = 'restrict_violation';
    end $function$
;
CREATE OR REPLACE FUNCTION public.tell_subscribers(told_event bigint, affected uuid[], impact_basis text, searched jsonb, OUT alerts bigint, OUT deliveries bigint)
 RETURNS record
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET enable_nestloop TO 'off'
AS $function$
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
      ), left_out as materialized (
        select x.subscription_id, x.exclusion_id from excluding(told) x
      ), followed as materialized (
        -- What was found in the event's texts, by the searches of each subscription.
        select s.id as subscription_id,
               jsonb_agg(jsonb_build_object('id', x.id, 'name', x.name, 'query', x.query, 'excerpts', q.excerpts) order by x.name) as searches
        from jsonb_to_recordset(searched) as q (query text, excerpts jsonb)
        join saved_search x on x.query = q.query
        join (select s.id, coalesce(s.firm_id, nobody) as firm_key, unnest(s.saved_searches) as search_id
              from subscription s where s.saved_searches is not null) s
          on s.search_id = x.id and s.firm_key = coalesce(x.firm_id, nobody)
        group by s.id
      ), fitting as (
        select s.id, s.firm_id, s.user_id, coalesce(s.firm_id, nobody) as firm_key, s.to_inbox, s.to_email, s.to_push,
               s.endpoint_ids, s.language, s.quiet_from, s.quiet_to,
               case s.mode when 'immediate' then 1 when 'hourly' then 2 when 'daily' then 3 else 4 end as mode_rank,
               jsonb_build_object('subscription_id', s.id, 'user_id', s.user_id, 'kinds', s.kinds,
                 'instruments', s.instruments, 'provisions', s.provisions, 'pending_items', s.pending_items,
                 'categories', s.categories, 'districts', s.districts, 'only_if_affected', s.only_if_affected) || case when s.saved_searches is null then '{}'
                 else jsonb_build_object('saved_searches', s.saved_searches, 'found', coalesce(w.searches, '[]')) end as reason
        from subscription s
        left join standing i on i.firm_id = s.firm_id
        left join followed w on w.subscription_id = s.id
        where (told.audience = 'everyone' or (told.audience = 'operator' and s.firm_id is null)
               or s.firm_id = told.firm_id)
          and (s.kinds is null or told.kind = any (s.kinds))
          and ((s.instruments is null and s.provisions is null and s.pending_items is null and s.saved_searches is null)
               or ((s.instruments is not null or s.provisions is not null)
                   and (s.instruments is null or s.instruments && about_instruments)
                   and (s.provisions is null or s.provisions && about_provisions))
               or s.pending_items && about_pending
               or w.subscription_id is not null)
          -- A change that names no category or district concerns all of them.
          and (s.categories is null or about_categories = '{}' or s.categories && about_categories)
          and (s.districts is null or about_districts = '{}' or s.districts && about_districts)
          -- Where it is not known yet whom a change touches, silence would be the dearer mistake.
          and (not s.only_if_affected or s.firm_id is null
               or case when impact_basis is null then affected is null or s.firm_id = any (affected)
                    else i.firm_id is not null and (not i.is_known or i.products > 0) end)
      ), heard as (
        select f.* from fitting f where not exists (select from left_out x where x.subscription_id = f.id)
      ), withheld as (
        insert into alert_withheld (firm_id, event_id, subscription_id, exclusion_id)
        select f.firm_id, told.id, f.id, x.exclusion_id from fitting f join left_out x on x.subscription_id = f.id
        on conflict on constraint alert_withheld_once do nothing
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
    end $function$
;
-- execute: greenlane_app
CREATE OR REPLACE FUNCTION public.words_of(list jsonb)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog'
AS $function$
      select case when jsonb_typeof(list) = 'array'
        then array(select jsonb_array_elements_text(list)) else '{}' end
    $function$
;

table auth.account
  id uuid not null default gen_random_uuid()
  user_id uuid not null
  account_id text not null
  provider_id text not null
  access_token text
  refresh_token text
  id_token text
  access_token_expires_at timestamp with time zone
  refresh_token_expires_at timestamp with time zone
  scope text
  password text
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  constraint account_pkey PRIMARY KEY (id)
  constraint account_provider_id_account_id_key UNIQUE (provider_id, account_id)
  constraint account_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth."user"(id) ON DELETE CASCADE
  CREATE INDEX account_user_id ON auth.account USING btree (user_id)
  grant delete, insert, select, update to greenlane_app
  comment on it: A way for a person to sign in. No row policy: read at sign-in, before any firm is known.
  comment password: A salted scrypt hash, made and checked by better-auth.

table auth.api_key
  id uuid not null default gen_random_uuid()
  firm_id uuid
  name text not null
  prefix text not null
  sha256 bytea not null
  scopes text[] not null
  expires_at timestamp with time zone not null
  last_used_at timestamp with time zone
  revoked_at timestamp with time zone
  created_by uuid
  created_at timestamp with time zone not null default now()
  requests_per_minute integer
  replaces uuid
  last_used_address text
  constraint api_key_created_by_fkey FOREIGN KEY (created_by) REFERENCES auth."user"(id) ON DELETE SET NULL
  constraint api_key_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint api_key_last_used_address_check CHECK ((length(last_used_address) <= 100))
  constraint api_key_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100)))
  constraint api_key_pkey PRIMARY KEY (id)
  constraint api_key_replaces_fkey FOREIGN KEY (replaces) REFERENCES auth.api_key(id) ON DELETE SET NULL
  constraint api_key_requests_per_minute_check CHECK (((requests_per_minute >= 1) AND (requests_per_minute <= 1000000)))
  constraint api_key_scopes_check CHECK (((cardinality(scopes) >= 1) AND (cardinality(scopes) <= 50)))
  constraint api_key_sha256_check CHECK ((length(sha256) = 32))
  constraint api_key_sha256_key UNIQUE (sha256)
  CREATE INDEX api_key_firm_id ON auth.api_key USING btree (firm_id)
  grant delete, insert, select, update to greenlane_app
  comment on it: A key of a firm, or of the operator (firm_id null). No row policy: looked up by its hash to find out who asks.
  comment prefix: The first characters of the secret, to tell keys apart.
  comment sha256: Of the whole secret, which is shown once and kept nowhere.
  comment requests_per_minute: Null: no limit of its own.
  comment replaces: The key that this one takes over from, which ends after the overlap.

table auth.firm
  id uuid not null default gen_random_uuid()
  slug text not null
  name text not null
  uscc text
  customs_office text not null default '3104'::text
  time_zone text not null default 'Asia/Shanghai'::text
  language text not null default 'en'::text
  is_sample boolean not null default false
  created_at timestamp with time zone not null default now()
  suspended_at timestamp with time zone
  requires_second_factor boolean not null default false
  delete_after timestamp with time zone
  delete_asked_by uuid
  constraint firm_customs_office_check CHECK ((customs_office ~ '^[0-9]{4}$'::text))
  constraint firm_delete_asked_by_fkey FOREIGN KEY (delete_asked_by) REFERENCES auth."user"(id) ON DELETE SET NULL
  constraint firm_language_check CHECK ((language = ANY (ARRAY['en'::text, 'zh-CN'::text])))
  constraint firm_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)))
  constraint firm_pkey PRIMARY KEY (id)
  constraint firm_slug_check CHECK ((slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'::text))
  constraint firm_slug_key UNIQUE (slug)
  constraint firm_uscc_check CHECK ((uscc ~ '^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$'::text))
  grant delete, insert, select, update to greenlane_app
  grant delete, select to greenlane_worker
  comment on it: A tenant. Its rows elsewhere carry firm_id and are guarded by row policies.
  comment suspended_at: Since when the operator keeps people and keys of the firm out; its rows stay.
  comment requires_second_factor: People without a second factor see nothing of the firm until they have one.
  comment delete_after: The firm asked to be deleted; until then it may change its mind.

table auth.firm_grant
  id uuid not null default gen_random_uuid()
  firm_id uuid not null
  grantee_firm_id uuid not null
  role text not null
  granted_by uuid
  created_at timestamp with time zone not null default now()
  revoked_at timestamp with time zone
  constraint firm_grant_check CHECK ((firm_id <> grantee_firm_id))
  constraint firm_grant_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint firm_grant_granted_by_fkey FOREIGN KEY (granted_by) REFERENCES auth."user"(id) ON DELETE SET NULL
  constraint firm_grant_grantee_firm_id_fkey FOREIGN KEY (grantee_firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint firm_grant_pkey PRIMARY KEY (id)
  constraint firm_grant_role_check CHECK ((role = ANY (ARRAY['compliance_manager'::text, 'executive'::text])))
  CREATE INDEX firm_grant_grantee_firm_id ON auth.firm_grant USING btree (grantee_firm_id)
  CREATE UNIQUE INDEX firm_grant_standing ON auth.firm_grant USING btree (firm_id, grantee_firm_id) WHERE (revoked_at IS NULL)
  grant delete, insert, select, update to greenlane_app
  comment on it: A firm lets another one (its broker) act for it. No row policy: it is what decides which firm a request may act for.

table auth.invitation
  id uuid not null default gen_random_uuid()
  firm_id uuid
  email text not null
  role text not null
  sha256 bytea not null
  language text not null
  invited_by uuid
  created_at timestamp with time zone not null default now()
  expires_at timestamp with time zone not null
  accepted_at timestamp with time zone
  accepted_by uuid
  revoked_at timestamp with time zone
  constraint invitation_accepted_by_fkey FOREIGN KEY (accepted_by) REFERENCES auth."user"(id) ON DELETE SET NULL
  constraint invitation_check CHECK (
CASE
    WHEN (firm_id IS NULL) THEN (role = ANY (ARRAY['admin'::text, 'analyst'::text, 'approver'::text]))
    ELSE (role = ANY (ARRAY['owner'::text, 'compliance_manager'::text, 'executive'::text]))
END)
  constraint invitation_email_check CHECK (((email = lower(email)) AND (length(email) <= 254)))
  constraint invitation_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint invitation_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES auth."user"(id) ON DELETE SET NULL
  constraint invitation_language_check CHECK ((language = ANY (ARRAY['en'::text, 'zh-CN'::text])))
  constraint invitation_pkey PRIMARY KEY (id)
  constraint invitation_sha256_check CHECK ((length(sha256) = 32))
  constraint invitation_sha256_key UNIQUE (sha256)
  CREATE INDEX invitation_firm_id ON auth.invitation USING btree (firm_id, created_at DESC)
  grant delete, insert, select, update to greenlane_app
  comment on it: A link that makes its holder a member once. No row policy: opened before anybody is known.
  comment sha256: Of the token in the link, which is shown and mailed once and kept nowhere.

table auth.key_use
  key_id uuid not null
  minute timestamp with time zone not null
  requests integer not null
  constraint key_use_key_id_fkey FOREIGN KEY (key_id) REFERENCES auth.api_key(id) ON DELETE CASCADE
  constraint key_use_pkey PRIMARY KEY (key_id)
  constraint key_use_requests_check CHECK ((requests >= 0))
  grant delete, insert, select, update to greenlane_app
  comment on it: Requests of a limited key in its current minute, over all processes. No row policy: counted before the firm is acted for.

table auth.member
  id uuid not null default gen_random_uuid()
  firm_id uuid not null
  user_id uuid not null
  role text not null
  created_at timestamp with time zone not null default now()
  constraint member_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint member_firm_id_user_id_key UNIQUE (firm_id, user_id)
  constraint member_pkey PRIMARY KEY (id)
  constraint member_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'compliance_manager'::text, 'executive'::text])))
  constraint member_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth."user"(id) ON DELETE CASCADE
  CREATE INDEX member_user_id ON auth.member USING btree (user_id)
  grant delete, insert, select, update to greenlane_app
  comment on it: A person in a firm. No row policy: it is what decides which firm a request may act for.

table auth.oidc_provider
  firm_id uuid not null
  issuer text not null
  client_id text not null
  client_secret_sealed bytea not null
  domain text not null
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  constraint oidc_provider_client_id_check CHECK (((length(client_id) >= 1) AND (length(client_id) <= 500)))
  constraint oidc_provider_domain_check CHECK (((domain = lower(domain)) AND (domain ~ '^[a-z0-9.-]+[.][a-z0-9-]+$'::text)))
  constraint oidc_provider_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint oidc_provider_issuer_check CHECK (((issuer ~ '^https?://'::text) AND (length(issuer) <= 500)))
  constraint oidc_provider_pkey PRIMARY KEY (firm_id)
  grant delete, insert, select, update to greenlane_app
  comment on it: A firm's own sign-in. No row policy: read at sign-in, before anybody is known.
  comment domain: The provider speaks for e-mail addresses of this domain, and for no others.

table auth.operator_member
  user_id uuid not null
  role text not null
  created_at timestamp with time zone not null default now()
  constraint operator_member_pkey PRIMARY KEY (user_id, role)
  constraint operator_member_role_check CHECK ((role = ANY (ARRAY['admin'::text, 'analyst'::text, 'approver'::text])))
  constraint operator_member_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth."user"(id) ON DELETE CASCADE
  grant delete, insert, select, update to greenlane_app
  comment on it: A person of the operator. No row policy: the operator is no firm.

table auth.passkey
  id uuid not null default gen_random_uuid()
  user_id uuid not null
  name text
  public_key text not null
  credential_id text not null
  counter bigint not null
  device_type text not null
  backed_up boolean not null
  transports text
  aaguid text
  created_at timestamp with time zone not null default now()
  constraint passkey_credential_id_key UNIQUE (credential_id)
  constraint passkey_name_check CHECK ((length(name) <= 100))
  constraint passkey_pkey PRIMARY KEY (id)
  constraint passkey_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth."user"(id) ON DELETE CASCADE
  CREATE INDEX passkey_user_id ON auth.passkey USING btree (user_id)
  grant delete, insert, select, update to greenlane_app
  comment on it: A passkey of a person, its public half. No row policy: read at sign-in, before any firm is known.

table auth.session
  id uuid not null default gen_random_uuid()
  user_id uuid not null
  token text not null
  active_firm_id uuid
  expires_at timestamp with time zone not null
  ip_address text
  user_agent text
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  confirmed_at timestamp with time zone not null default now()
  provider_firm_id uuid
  constraint session_active_firm_id_fkey FOREIGN KEY (active_firm_id) REFERENCES auth.firm(id) ON DELETE SET NULL
  constraint session_pkey PRIMARY KEY (id)
  constraint session_provider_firm_id_fkey FOREIGN KEY (provider_firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint session_token_key UNIQUE (token)
  constraint session_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth."user"(id) ON DELETE CASCADE
  CREATE INDEX session_user_id ON auth.session USING btree (user_id)
  grant delete, insert, select, update to greenlane_app
  comment on it: A signed-in browser. No row policy: looked up by its cookie to find out who asks.
  comment active_firm_id: The firm the person works in; without one, the first membership.
  comment confirmed_at: When the person last proved who they are; what matters most asks for it anew.
  comment provider_firm_id: Begun by the word of this firm's own provider: such a session opens this firm and no other.

table auth.setup_link
  sha256 bytea not null
  created_at timestamp with time zone not null default now()
  used_at timestamp with time zone
  constraint setup_link_pkey PRIMARY KEY (sha256)
  constraint setup_link_sha256_check CHECK ((length(sha256) = 32))
  grant delete, insert, select, update to greenlane_app
  comment on it: The one-time link to the first administrator. No row policy: used before any firm exists.

table auth.sign_in_attempt
  subject text not null
  window_started_at timestamp with time zone not null
  attempts integer not null
  constraint sign_in_attempt_attempts_check CHECK ((attempts >= 0))
  constraint sign_in_attempt_pkey PRIMARY KEY (subject)
  CREATE INDEX sign_in_attempt_window_started_at ON auth.sign_in_attempt USING btree (window_started_at)
  grant delete, insert, select, update to greenlane_app
  comment on it: Failed sign-ins in a window. No row policy: counted before anybody is known.
  comment subject: Hash of an e-mail address or of a network address.

table auth.sign_in_setting
  is_only boolean not null default true
  requires_verified_email boolean not null default false
  changed_at timestamp with time zone
  changed_by text
  constraint sign_in_setting_is_only_check CHECK (is_only)
  constraint sign_in_setting_pkey PRIMARY KEY (is_only)
  grant select, update to greenlane_app
  comment on it: What the operator asks of everybody who signs in; one row. No row policy: read before anybody is known.

table auth.support_access
  id uuid not null default gen_random_uuid()
  firm_id uuid not null
  reason text not null
  given_by uuid
  created_at timestamp with time zone not null default now()
  expires_at timestamp with time zone not null
  revoked_at timestamp with time zone
  constraint support_access_check CHECK ((expires_at > created_at))
  constraint support_access_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint support_access_given_by_fkey FOREIGN KEY (given_by) REFERENCES auth."user"(id) ON DELETE SET NULL
  constraint support_access_pkey PRIMARY KEY (id)
  constraint support_access_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 500)))
  CREATE INDEX support_access_firm_id ON auth.support_access USING btree (firm_id, created_at DESC)
  grant delete, insert, select, update to greenlane_app
  comment on it: A firm lets the operator's administrators read its rows for some hours. No row policy: it is what decides which firm a request may act for.

table auth.two_factor
  id uuid not null default gen_random_uuid()
  user_id uuid not null
  secret text not null
  backup_codes text not null
  verified boolean not null default false
  failed_verification_count integer not null default 0
  locked_until timestamp with time zone
  constraint two_factor_pkey PRIMARY KEY (id)
  constraint two_factor_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth."user"(id) ON DELETE CASCADE
  constraint two_factor_user_id_key UNIQUE (user_id)
  grant delete, insert, select, update to greenlane_app
  comment on it: The second factor of a person. No row policy: read at sign-in, before any firm is known.
  comment secret: Encrypted by better-auth with the secret in the data directory, like backup_codes.

table auth.used_code
  user_id uuid not null
  sha256 bytea not null
  used_at timestamp with time zone not null
  constraint used_code_pkey PRIMARY KEY (user_id, sha256)
  constraint used_code_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth."user"(id) ON DELETE CASCADE
  grant delete, insert, select to greenlane_app
  comment on it: Codes of authenticator apps that were accepted while they hold, so that none is taken twice. No row policy: read at sign-in.

table auth.user
  id uuid not null default gen_random_uuid()
  name text not null
  email text not null
  email_verified boolean not null default false
  image text
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  two_factor_enabled boolean not null default false
  constraint user_email_check CHECK (((email = lower(email)) AND (length(email) <= 254)))
  constraint user_email_key UNIQUE (email)
  constraint user_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)))
  constraint user_pkey PRIMARY KEY (id)
  grant delete, insert, select, update to greenlane_app
  comment on it: A person. No row policy: read at sign-in, before any firm is known.
  comment two_factor_enabled: Whether signing in takes a code besides the password.

table auth.verification
  id uuid not null default gen_random_uuid()
  identifier text not null
  value text not null
  expires_at timestamp with time zone not null
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  constraint verification_pkey PRIMARY KEY (id)
  CREATE INDEX verification_identifier ON auth.verification USING btree (identifier)
  grant delete, insert, select, update to greenlane_app
  comment on it: A short-lived proof such as a reset link. No row policy: belongs to a person, not to a firm.

table public.alert
  id uuid not null default gen_random_uuid()
  firm_id uuid
  event_id bigint not null
  in_inbox boolean not null
  reasons jsonb not null default '[]'::jsonb
  impact jsonb
  state text not null default 'unread'::text
  owner_id uuid
  due_on date
  acknowledged_at timestamp with time zone
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  constraint alert_event_id_fkey FOREIGN KEY (event_id) REFERENCES event(id) ON DELETE CASCADE
  constraint alert_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint alert_impact_check CHECK ((jsonb_typeof(impact) = 'object'::text))
  constraint alert_once UNIQUE NULLS NOT DISTINCT (event_id, firm_id)
  constraint alert_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES auth."user"(id) ON DELETE SET NULL
  constraint alert_pkey PRIMARY KEY (id)
  constraint alert_reasons_check CHECK ((jsonb_typeof(reasons) = 'array'::text))
  constraint alert_state_check CHECK ((state = ANY (ARRAY['unread'::text, 'applicable'::text, 'in_work'::text, 'done'::text, 'excluded'::text])))
  CREATE INDEX alert_of_firm ON public.alert USING btree (firm_id, created_at DESC, id DESC)
  row level security, forced
  policy of_jobs for all to greenlane_worker using true check true
  policy of_owner for all to greenlane_app using ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator))) check ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator)))
  grant select, update to greenlane_app
  grant delete, insert, select, update to greenlane_worker
  comment on it: An event that a firm (or the operator, without one) asked to hear of, with the reason, and what became of it.
  comment reasons: The subscriptions that it fits: { subscription_id, user_id, and the topic as it was asked for }.
  comment impact: What the change does to the firm's own products, where it is known.

table public.alert_act
  id bigint not null generated always as identity
  firm_id uuid
  alert_id uuid not null
  act text not null
  actor_kind text not null
  actor_id uuid
  actor_name text not null
  value text
  note text
  at timestamp with time zone not null default now()
  constraint alert_act_act_check CHECK ((act = ANY (ARRAY['acknowledged'::text, 'moved'::text, 'assigned'::text, 'due'::text, 'commented'::text, 'escalated'::text])))
  constraint alert_act_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['person'::text, 'key'::text, 'program'::text])))
  constraint alert_act_actor_name_check CHECK (((length(actor_name) >= 1) AND (length(actor_name) <= 200)))
  constraint alert_act_alert_id_fkey FOREIGN KEY (alert_id) REFERENCES alert(id) ON DELETE CASCADE
  constraint alert_act_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint alert_act_note_check CHECK ((length(note) <= 4000))
  constraint alert_act_pkey PRIMARY KEY (id)
  constraint alert_act_value_check CHECK ((length(value) <= 200))
  CREATE INDEX alert_act_of_alert ON public.alert_act USING btree (alert_id, id)
  row level security, forced
  policy of_jobs for all to greenlane_worker using true check true
  policy of_owner for all to greenlane_app using ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator))) check ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator)))
  grant insert, select to greenlane_app
  grant insert, select to greenlane_worker
  comment on it: Append-only history of an alert: who did what with it, and when.

table public.alert_escalation
  id uuid not null default gen_random_uuid()
  firm_id uuid not null
  alert_id uuid not null
  step text not null
  at timestamp with time zone not null
  constraint alert_escalation_alert_id_fkey FOREIGN KEY (alert_id) REFERENCES alert(id) ON DELETE CASCADE
  constraint alert_escalation_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint alert_escalation_once UNIQUE (alert_id, step)
  constraint alert_escalation_pkey PRIMARY KEY (id)
  constraint alert_escalation_step_check CHECK ((step = ANY (ARRAY['deputy'::text, 'executive'::text])))
  row level security, forced
  policy of_jobs for all to greenlane_worker using true check true
  policy of_owner for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  grant select to greenlane_app
  grant insert, select to greenlane_worker
  comment on it: Append-only: each step of an alert is told once.

table public.alert_withheld
  id uuid not null default gen_random_uuid()
  firm_id uuid
  event_id bigint not null
  subscription_id uuid not null
  exclusion_id uuid not null
  at timestamp with time zone not null default now()
  constraint alert_withheld_event_id_fkey FOREIGN KEY (event_id) REFERENCES event(id) ON DELETE CASCADE
  constraint alert_withheld_exclusion_id_fkey FOREIGN KEY (exclusion_id) REFERENCES subscription_exclusion(id) ON DELETE CASCADE
  constraint alert_withheld_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint alert_withheld_once UNIQUE (event_id, subscription_id)
  constraint alert_withheld_pkey PRIMARY KEY (id)
  constraint alert_withheld_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES subscription(id) ON DELETE CASCADE
  CREATE INDEX alert_withheld_of_exclusion ON public.alert_withheld USING btree (exclusion_id)
  row level security, forced
  policy of_jobs for all to greenlane_worker using true check true
  policy of_owner for all to greenlane_app using ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator))) check ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator)))
  grant select to greenlane_app
  grant insert, select to greenlane_worker
  comment on it: Append-only: a subscription that an event fits was left out, and by which exclusion.

table public.annex_line
  version_id uuid not null
  line smallint not null
  title text not null
  clause text
  slot smallint
  confirmed boolean not null default false
  constraint annex_line_clause_check CHECK (((length(clause) >= 1) AND (length(clause) <= 100)))
  constraint annex_line_line_check CHECK (((line >= 1) AND (line <= 500)))
  constraint annex_line_pkey PRIMARY KEY (version_id, line)
  constraint annex_line_slot_check CHECK (((slot >= 1) AND (slot <= 999)))
  constraint annex_line_title_check CHECK (((length(title) >= 1) AND (length(title) <= 1000)))
  constraint annex_line_version_id_fkey FOREIGN KEY (version_id) REFERENCES rule_version(id)
  row level security, forced
  policy of_operator for all to greenlane_app using ( SELECT app_is_operator() AS app_is_operator) check ( SELECT app_is_operator() AS app_is_operator)
  policy published for select to greenlane_app using (EXISTS ( SELECT
   FROM rule_version v
  WHERE ((v.id = annex_line.version_id) AND (v.state = 'published'::text))))
  CREATE TRIGGER annex_line_guard BEFORE INSERT OR DELETE OR UPDATE ON public.annex_line FOR EACH ROW EXECUTE FUNCTION rule_part_guard()
  CREATE TRIGGER annex_line_is_not_emptied BEFORE TRUNCATE ON public.annex_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  grant delete, insert, select, update to greenlane_app
  comment on it: One mandatory test of the annex of this version, under the name that the annex gives it.
  comment slot: The requirement that it belongs to; null until it is placed.
  comment confirmed: A person has confirmed the slot.

table public.audit_chain_head
  is_only boolean not null default true
  sequence bigint not null default 0
  sha256 text not null default repeat('0'::text, 64)
  constraint audit_chain_head_is_only_check CHECK (is_only)
  constraint audit_chain_head_pkey PRIMARY KEY (is_only)
  constraint audit_chain_head_sequence_check CHECK ((sequence >= 0))
  constraint audit_chain_head_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
  row level security, forced
  policy of_jobs for all to greenlane_worker using true check true
  policy readable for select to greenlane_app using true
  CREATE TRIGGER audit_chain_head_guard BEFORE DELETE OR UPDATE ON public.audit_chain_head FOR EACH ROW EXECUTE FUNCTION audit_chain_head_guard()
  CREATE TRIGGER audit_chain_head_is_not_emptied BEFORE TRUNCATE ON public.audit_chain_head FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  grant select to greenlane_app
  grant select, update to greenlane_worker
  comment on it: The last link, one row. Whoever seals locks it first.

table public.audit_entry
  id uuid not null default gen_random_uuid()
  firm_id uuid
  occurred_at timestamp with time zone not null default clock_timestamp()
  kind text not null
  outcome text not null
  status smallint
  actor_kind text not null
  actor_id uuid
  actor_name text
  action text not null
  subject text
  detail jsonb not null default '{}'::jsonb
  address text
  user_agent text
  request_id text
  erased_at timestamp with time zone
  sequence bigint
  constraint audit_entry_action_check CHECK (((length(action) >= 1) AND (length(action) <= 200)))
  constraint audit_entry_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['person'::text, 'key'::text, 'command'::text, 'system'::text, 'nobody'::text])))
  constraint audit_entry_actor_name_check CHECK ((length(actor_name) <= 200))
  constraint audit_entry_address_check CHECK ((length(address) <= 100))
  constraint audit_entry_detail_check CHECK (((jsonb_typeof(detail) = 'object'::text) AND (pg_column_size(detail) <= 4000)))
  constraint audit_entry_kind_check CHECK ((kind = ANY (ARRAY['write'::text, 'export'::text, 'access'::text])))
  constraint audit_entry_outcome_check CHECK ((outcome = ANY (ARRAY['done'::text, 'refused'::text, 'failed'::text])))
  constraint audit_entry_pkey PRIMARY KEY (id)
  constraint audit_entry_request_id_check CHECK ((length(request_id) <= 40))
  constraint audit_entry_sequence_key UNIQUE (sequence)
  constraint audit_entry_subject_check CHECK ((length(subject) <= 500))
  constraint audit_entry_user_agent_check CHECK ((length(user_agent) <= 300))
  CREATE INDEX audit_entry_of_actor ON public.audit_entry USING btree (actor_id) WHERE (actor_id IS NOT NULL)
  CREATE INDEX audit_entry_of_firm ON public.audit_entry USING btree (firm_id, occurred_at DESC, id DESC)
  CREATE INDEX audit_entry_unsealed ON public.audit_entry USING btree (occurred_at, id) WHERE (sequence IS NULL)
  row level security, forced
  policy of_jobs for all to greenlane_worker using true check true
  policy readable for select to greenlane_app using ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator)))
  policy told for insert to greenlane_app check (((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator))) AND (sequence IS NULL) AND (erased_at IS NULL))
  CREATE TRIGGER audit_entry_is_not_emptied BEFORE TRUNCATE ON public.audit_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  CREATE TRIGGER audit_entry_stays BEFORE DELETE OR UPDATE ON public.audit_entry FOR EACH ROW EXECUTE FUNCTION audit_entry_stays()
  grant insert, select to greenlane_app
  grant insert, select, update to greenlane_worker
  comment on it: Append-only. What a firm did (or the operator, without firm_id); kept when the firm is gone, so no foreign key.
  comment erased_at: When what names a person was taken out by law; the link keeps the hash of the whole row.
  comment sequence: The link that seals it; null for the minute until the job comes.

table public.audit_link
  sequence bigint not null
  entry_id uuid not null
  content_sha256 text not null
  previous_sha256 text not null
  sha256 text not null
  sealed_at timestamp with time zone not null
  constraint audit_link_content_sha256_check CHECK ((content_sha256 ~ '^[0-9a-f]{64}$'::text))
  constraint audit_link_entry_id_key UNIQUE (entry_id)
  constraint audit_link_pkey PRIMARY KEY (sequence)
  constraint audit_link_previous_sha256_check CHECK ((previous_sha256 ~ '^[0-9a-f]{64}$'::text))
  constraint audit_link_sequence_check CHECK ((sequence >= 1))
  constraint audit_link_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
  constraint audit_link_sha256_key UNIQUE (sha256)
  row level security, forced
  policy of_jobs for all to greenlane_worker using true check true
  policy readable for select to greenlane_app using true
  CREATE TRIGGER audit_link_is_not_emptied BEFORE TRUNCATE ON public.audit_link FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  CREATE TRIGGER audit_link_stays BEFORE DELETE OR UPDATE ON public.audit_link FOR EACH ROW EXECUTE FUNCTION refuse_change()
  grant select to greenlane_app
  grant insert, select to greenlane_worker
  comment on it: Append-only. One changed byte of a sealed row no longer fits its link; a link taken out breaks the next.

table public.authority
  slug text not null
  name text
  name_zh text
  constraint authority_check CHECK (((name IS NOT NULL) OR (name_zh IS NOT NULL)))
  constraint authority_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)))
  constraint authority_name_zh_check CHECK (((length(name_zh) >= 1) AND (length(name_zh) <= 200)))
  constraint authority_pkey PRIMARY KEY (slug)
  constraint authority_slug_check CHECK ((slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'::text))
  row level security, forced
  policy of_operator for all to greenlane_app using ( SELECT app_is_operator() AS app_is_operator) check ( SELECT app_is_operator() AS app_is_operator)
  policy published for select to greenlane_app using true
  grant insert, select to greenlane_app
  comment on it: Who issues rules. One authority has one slug, whatever a notice calls it.

table public.baseline
  id uuid not null default gen_random_uuid()
  reference_key text
  measure text not null
  direction text not null
  population text not null
  period_from date
  period_to date
  hours double precision not null
  hours_low double precision
  hours_high double precision
  is_derived boolean not null default false
  derivation text
  is_default boolean not null default false
  definition_confirmed boolean not null default false
  source_title text not null
  source_url text
  note text
  note_zh text
  recorded_at timestamp with time zone not null default now()
  recorded_by uuid
  population_zh text
  source_title_zh text
  derivation_zh text
  constraint baseline_check CHECK (((period_from IS NULL) OR (period_to IS NULL) OR (period_from <= period_to)))
  constraint baseline_check1 CHECK (((hours_low IS NULL) OR ((hours_low <= hours) AND (hours <= hours_high))))
  constraint baseline_derivation_zh_check CHECK (((length(derivation_zh) >= 1) AND (length(derivation_zh) <= 1000)))
  constraint baseline_direction_check CHECK ((direction = ANY (ARRAY['export'::text, 'import'::text])))
  constraint baseline_hours_check CHECK ((hours > (0)::double precision))
  constraint baseline_measure_check CHECK ((measure = ANY (ARRAY['declared_to_released'::text, 'arrived_to_released'::text, 'declared_to_inspected'::text, 'gacc_overall'::text])))
  constraint baseline_pkey PRIMARY KEY (id)
  constraint baseline_population_check CHECK (((length(population) >= 1) AND (length(population) <= 300)))
  constraint baseline_population_zh_check CHECK (((length(population_zh) >= 1) AND (length(population_zh) <= 300)))
  constraint baseline_reference_key_key UNIQUE (reference_key)
  constraint baseline_source_title_zh_check CHECK (((length(source_title_zh) >= 1) AND (length(source_title_zh) <= 500)))
  CREATE INDEX baseline_default ON public.baseline USING btree (measure, direction, recorded_at DESC) WHERE is_default
  row level security, forced
  policy operator_inserts for insert to greenlane_app check app_is_operator()
  policy operator_updates for update to greenlane_app using app_is_operator()
  policy readable for select to greenlane_app, greenlane_worker using true
  grant insert, select, update to greenlane_app
  grant select to greenlane_worker
  comment on it: What somebody published or derived about clearance hours: observations, each with its definition and source.

table public.category
  slot smallint not null
  slug text
  name text
  name_zh text
  aliases text[] not null default '{}'::text[]
  hs_candidates text[] not null default '{}'::text[]
  source text not null
  confirmed boolean not null
  edited_at timestamp with time zone
  constraint category_check CHECK (((slug IS NULL) = (name IS NULL)))
  constraint category_pkey PRIMARY KEY (slot)
  constraint category_slot_check CHECK (((slot >= 1) AND (slot <= 999)))
  constraint category_slug_check CHECK ((slug ~ '^[a-z][a-z0-9-]{0,62}$'::text))
  constraint category_slug_key UNIQUE (slug)
  row level security, forced
  policy operator_deletes for delete to greenlane_app using app_is_operator()
  policy operator_inserts for insert to greenlane_app check app_is_operator()
  policy operator_updates for update to greenlane_app using app_is_operator()
  policy readable for select to greenlane_app, greenlane_worker using true
  CREATE TRIGGER category_is_recorded AFTER INSERT OR DELETE OR UPDATE ON public.category FOR EACH ROW EXECUTE FUNCTION category_is_recorded()
  grant delete, insert, select, update to greenlane_app
  grant select to greenlane_worker
  comment on it: The product categories of the programme. A slot without a slug is known to exist and not named publicly.
  comment aliases: Names by which records call it; a product name that ends with one belongs to the category.
  comment hs_candidates: HS codes or headings that are plausible for it; several, because sources disagree.

table public.category_history
  id bigint not null generated always as identity
  slug text not null
  content jsonb
  recorded_at timestamp with time zone not null default clock_timestamp()
  constraint category_history_content_check CHECK ((jsonb_typeof(content) = 'object'::text))
  constraint category_history_pkey PRIMARY KEY (id)
  CREATE INDEX category_history_of_slug ON public.category_history USING btree (slug, recorded_at DESC, id DESC)
  row level security, forced
  policy operator_adds for insert to greenlane_app check ( SELECT app_is_operator() AS app_is_operator)
  policy readable for select to greenlane_app, greenlane_worker using true
  CREATE TRIGGER category_history_is_not_emptied BEFORE TRUNCATE ON public.category_history FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  CREATE TRIGGER category_history_stays BEFORE DELETE OR UPDATE ON public.category_history FOR EACH ROW EXECUTE FUNCTION refuse_change()
  grant insert, select to greenlane_app
  grant select to greenlane_worker
  comment on it: What was recorded about a category, when. Append-only; kept by a trigger on category.
  comment content: Null where the category was taken away.

table public.clause_mapping
  id uuid not null default gen_random_uuid()
  from_slug text not null
  to_slug text not null
  from_path text
  to_path text
  note text
  source text
  confirmed boolean not null default false
  drafted_by uuid not null
  drafted_by_name text not null
  drafted_at timestamp with time zone not null
  approved_by uuid
  approved_by_name text
  approved_at timestamp with time zone
  is_one_person boolean not null default false
  constraint clause_mapping_approved_by_name_check CHECK (((length(approved_by_name) >= 1) AND (length(approved_by_name) <= 200)))
  constraint clause_mapping_check CHECK ((from_slug <> to_slug))
  constraint clause_mapping_check1 CHECK (((from_path IS NOT NULL) OR (to_path IS NOT NULL)))
  constraint clause_mapping_check2 CHECK (((approved_by IS NULL) = (approved_at IS NULL)))
  constraint clause_mapping_check3 CHECK (((approved_by IS NULL) = (approved_by_name IS NULL)))
  constraint clause_mapping_check4 CHECK ((is_one_person = COALESCE((approved_by = drafted_by), false)))
  constraint clause_mapping_drafted_by_name_check CHECK (((length(drafted_by_name) >= 1) AND (length(drafted_by_name) <= 200)))
  constraint clause_mapping_from_path_check CHECK (((length(from_path) >= 1) AND (length(from_path) <= 100)))
  constraint clause_mapping_from_slug_fkey FOREIGN KEY (from_slug) REFERENCES instrument(slug)
  constraint clause_mapping_from_slug_to_slug_from_path_to_path_key UNIQUE NULLS NOT DISTINCT (from_slug, to_slug, from_path, to_path)
  constraint clause_mapping_note_check CHECK (((length(note) >= 1) AND (length(note) <= 1000)))
  constraint clause_mapping_pkey PRIMARY KEY (id)
  constraint clause_mapping_source_check CHECK (((length(source) >= 1) AND (length(source) <= 500)))
  constraint clause_mapping_to_path_check CHECK (((length(to_path) >= 1) AND (length(to_path) <= 100)))
  constraint clause_mapping_to_slug_fkey FOREIGN KEY (to_slug) REFERENCES instrument(slug)
  CREATE INDEX clause_mapping_to ON public.clause_mapping USING btree (to_slug)
  row level security, forced
  policy approved for select to greenlane_app using ((approved_at IS NOT NULL) AND (EXISTS ( SELECT
   FROM instrument i
  WHERE (i.slug = clause_mapping.from_slug))) AND (EXISTS ( SELECT
   FROM instrument i
  WHERE (i.slug = clause_mapping.to_slug))))
  policy of_operator for all to greenlane_app using ( SELECT app_is_operator() AS app_is_operator) check ( SELECT app_is_operator() AS app_is_operator)
  grant delete, insert, select, update to greenlane_app
  comment on it: Pairs of clauses of two instruments. One side null: the clause was dropped, or is new.

table public.clearance partition by RANGE (accepted_year)
  firm_id uuid not null
  accepted_year smallint not null
  declaration_no bigint not null
  item_no smallint not null default 1
  direction text not null
  customs_office text not null
  channel text
  category text
  is_category_derived boolean not null default false
  hs_code text
  product_name text
  arrived_at timestamp with time zone
  declared_at timestamp with time zone not null
  inspection_notified_at timestamp with time zone
  inspected_at timestamp with time zone
  released_at timestamp with time zone
  import_no integer not null
  line integer not null
  constraint clearance_channel_check CHECK ((channel = ANY (ARRAY['green'::text, 'ordinary'::text])))
  constraint clearance_check CHECK ((accepted_year = ((declaration_no / '10000000000'::bigint) % (10000)::bigint)))
  constraint clearance_direction_check CHECK ((direction = ANY (ARRAY['export'::text, 'import'::text])))
  constraint clearance_pkey PRIMARY KEY (firm_id, accepted_year, declaration_no)
  CREATE INDEX clearance_declared_at ON ONLY public.clearance USING btree (firm_id, declared_at)
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  policy rollup for select to greenlane_worker using true
  grant delete, insert, select, update to greenlane_app
  comment on it: One declaration of a firm, with its first goods item in the same row; the year is the one inside the number.

table public.clearance_2015 partition of clearance FOR VALUES FROM ('2015') TO ('2016')

table public.clearance_2016 partition of clearance FOR VALUES FROM ('2016') TO ('2017')

table public.clearance_2017 partition of clearance FOR VALUES FROM ('2017') TO ('2018')

table public.clearance_2018 partition of clearance FOR VALUES FROM ('2018') TO ('2019')

table public.clearance_2019 partition of clearance FOR VALUES FROM ('2019') TO ('2020')

table public.clearance_2020 partition of clearance FOR VALUES FROM ('2020') TO ('2021')

table public.clearance_2021 partition of clearance FOR VALUES FROM ('2021') TO ('2022')

table public.clearance_2022 partition of clearance FOR VALUES FROM ('2022') TO ('2023')

table public.clearance_2023 partition of clearance FOR VALUES FROM ('2023') TO ('2024')

table public.clearance_2024 partition of clearance FOR VALUES FROM ('2024') TO ('2025')

table public.clearance_2025 partition of clearance FOR VALUES FROM ('2025') TO ('2026')

table public.clearance_2026 partition of clearance FOR VALUES FROM ('2026') TO ('2027')

table public.clearance_2027 partition of clearance FOR VALUES FROM ('2027') TO ('2028')

table public.clearance_2028 partition of clearance FOR VALUES FROM ('2028') TO ('2029')

table public.clearance_2029 partition of clearance FOR VALUES FROM ('2029') TO ('2030')

table public.clearance_2030 partition of clearance FOR VALUES FROM ('2030') TO ('2031')

table public.clearance_2031 partition of clearance FOR VALUES FROM ('2031') TO ('2032')

table public.clearance_2032 partition of clearance FOR VALUES FROM ('2032') TO ('2033')

table public.clearance_2033 partition of clearance FOR VALUES FROM ('2033') TO ('2034')

table public.clearance_2034 partition of clearance FOR VALUES FROM ('2034') TO ('2035')

table public.clearance_2035 partition of clearance FOR VALUES FROM ('2035') TO ('2036')

table public.clearance_2036 partition of clearance FOR VALUES FROM ('2036') TO ('2037')

table public.clearance_2037 partition of clearance FOR VALUES FROM ('2037') TO ('2038')

table public.clearance_2038 partition of clearance FOR VALUES FROM ('2038') TO ('2039')

table public.clearance_2039 partition of clearance FOR VALUES FROM ('2039') TO ('2040')

table public.clearance_2040 partition of clearance FOR VALUES FROM ('2040') TO ('2041')

table public.clearance_cell
  firm_id uuid not null
  measure text not null
  direction text not null
  grain text not null
  shape smallint not null
  period_start date not null
  customs_office text not null
  category text not null
  channel text not null
  n integer not null
  sum_seconds bigint not null
  min_seconds integer not null
  max_seconds integer not null
  p10_seconds double precision not null
  p50_seconds double precision not null
  p90_seconds double precision not null
  is_exact boolean not null
  durations bytea not null
  constraint clearance_cell_direction_check CHECK ((direction = ANY (ARRAY['export'::text, 'import'::text])))
  constraint clearance_cell_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint clearance_cell_grain_check CHECK ((grain = ANY (ARRAY['month'::text, 'week'::text])))
  constraint clearance_cell_measure_check CHECK ((measure = ANY (ARRAY['declared_to_released'::text, 'arrived_to_released'::text, 'declared_to_inspected'::text, 'arrived_to_declared'::text, 'declared_to_arrived'::text, 'inspected_to_released'::text])))
  constraint clearance_cell_min_seconds_check CHECK ((min_seconds >= 0))
  constraint clearance_cell_n_check CHECK ((n > 0))
  constraint clearance_cell_pkey PRIMARY KEY (firm_id, measure, direction, grain, shape, period_start, customs_office, category, channel)
  constraint clearance_cell_shape_check CHECK (((shape >= 0) AND (shape <= 7)))
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  policy rollup for all to greenlane_worker using true check true
  grant delete, insert, select, update to greenlane_app
  grant delete, insert, select, update to greenlane_worker
  comment on it: Hours of one slice of a firm in a month or week: all values up to 1,000, log-bins above. A * stands for all, a - for not given.
  comment shape: Which dimensions are single: 1 office, 2 category, 4 channel.
  comment p10_seconds: With p50 and p90: what a point of a line shows, so that its values need not be read.
  comment durations: Packed: every value where is_exact, else each log-bin with its count (packed-values.ts).

table public.clearance_code
  firm_id uuid not null
  declaration_no bigint not null
  code text not null
  status text not null
  state text not null
  at timestamp with time zone not null
  status_id bigint not null
  reference text
  constraint clearance_code_code_check CHECK (((length(code) >= 1) AND (length(code) <= 100)))
  constraint clearance_code_declaration_no_check CHECK (((declaration_no >= 0) AND (declaration_no <= '999999999999999999'::bigint)))
  constraint clearance_code_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint clearance_code_pkey PRIMARY KEY (firm_id, declaration_no, code)
  constraint clearance_code_reference_check CHECK (((length(reference) >= 1) AND (length(reference) <= 200)))
  constraint clearance_code_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'issued'::text, 'used'::text, 'suspended'::text, 'revoked'::text, 'expired'::text, 'refused'::text, 'other'::text])))
  constraint clearance_code_status_check CHECK (((length(status) >= 1) AND (length(status) <= 60)))
  CREATE INDEX clearance_code_newest ON public.clearance_code USING btree (firm_id, at DESC, declaration_no DESC, code DESC)
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  grant insert, select, update to greenlane_app
  comment on it: The status of a code that holds: the latest of code_status by at, then by arrival.

table public.clearance_columns
  firm_id uuid not null
  kind text not null
  header_digest bytea not null
  header text[] not null
  columns jsonb not null
  chosen_by uuid
  chosen_at timestamp with time zone not null default now()
  used_at timestamp with time zone not null default now()
  constraint clearance_columns_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint clearance_columns_header_digest_check CHECK ((length(header_digest) = 16))
  constraint clearance_columns_kind_check CHECK ((kind = ANY (ARRAY['records'::text, 'receipts'::text])))
  constraint clearance_columns_pkey PRIMARY KEY (firm_id, kind, header_digest)
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  grant delete, insert, select, update to greenlane_app
  comment on it: Which column goes to which field in files with this header, as somebody of the firm confirmed it.
  comment columns: The choice where it differs from what the names say: places (#3) to fields, null to leave out.

table public.clearance_day
  firm_id uuid not null
  direction text not null
  day date not null
  customs_office text not null
  channel text not null
  category text not null
  is_extra boolean not null
  declared integer not null
  released integer not null
  inspected integer not null
  within_a_minute integer not null
  listed integer not null
  arrived integer not null
  prior integer not null
  declared_to_released bytea
  arrived_to_released bytea
  declared_to_inspected bytea
  arrived_to_declared bytea
  declared_to_arrived bytea
  inspected_to_released bytea
  constraint clearance_day_direction_check CHECK ((direction = ANY (ARRAY['export'::text, 'import'::text])))
  constraint clearance_day_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint clearance_day_pkey PRIMARY KEY (firm_id, direction, day, customs_office, channel, category, is_extra)
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  policy rollup for all to greenlane_worker using true check true
  grant delete, insert, select, update to greenlane_app
  grant delete, insert, select, update to greenlane_worker
  comment on it: The declarations of a day, office, channel and category: how many of them are released, were inspected and so on, and their durations in seconds, packed (packed-values.ts), null for none. A - stands for not given.
  comment is_extra: A further category of declarations that are counted under their first one: sums over all categories leave it out.
  comment listed: With at least one goods item of a named category of the programme.
  comment arrived: With a time of arrival.
  comment prior: Declared before arrival, which is legal.

table public.clearance_import
  id uuid not null default gen_random_uuid()
  number integer not null generated always as identity
  firm_id uuid not null
  actor_id uuid
  file_name text
  format text not null
  charset text
  state text not null default 'running'::text
  problem jsonb
  header text[] not null default '{}'::text[]
  received integer not null default 0
  accepted integer not null default 0
  corrected integer not null default 0
  duplicates integer not null default 0
  rejected integer not null default 0
  warnings integer not null default 0
  bytes_read bigint not null default 0
  bytes_total bigint
  started_at timestamp with time zone not null default now()
  progressed_at timestamp with time zone not null default now()
  finished_at timestamp with time zone
  vendor text
  records integer
  origin text not null default 'file'::text
  sheet jsonb
  firms jsonb
  constraint clearance_import_file_name_check CHECK ((length(file_name) <= 300))
  constraint clearance_import_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint clearance_import_format_check CHECK ((format = ANY (ARRAY['csv'::text, 'ndjson'::text, 'json'::text, 'xlsx'::text, 'receipts'::text])))
  constraint clearance_import_number_key UNIQUE (number)
  constraint clearance_import_origin_check CHECK ((origin = ANY (ARRAY['file'::text, 'tables'::text])))
  constraint clearance_import_pkey PRIMARY KEY (id)
  constraint clearance_import_state_check CHECK ((state = ANY (ARRAY['running'::text, 'finished'::text, 'failed'::text])))
  CREATE INDEX clearance_import_newest ON public.clearance_import USING btree (firm_id, number DESC)
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  policy rollup_closes for update to greenlane_worker using (state = 'running'::text) check (state = 'failed'::text)
  policy rollup_sees for select to greenlane_worker using true
  grant delete, insert, select, update to greenlane_app
  comment number: Stands in each record beside its line, so that a number leads back to the file it came from.
  comment problem: Why the import failed: { code, params }.
  comment records: Declarations that a receipt stream made known; null for other files.
  comment origin: A file, or a change of the tables of receipt codes.
  comment sheet: Of a workbook: { name, others }, the sheet that was read and those that were not.
  comment firms: Whose records the rows became, where the file had rows of clients: [{ slug, name, … }].

table public.clearance_import_error
  firm_id uuid not null
  import_id uuid not null
  line integer not null
  is_rejected boolean not null
  problems jsonb not null
  cells text[]
  constraint clearance_import_error_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint clearance_import_error_import_id_fkey FOREIGN KEY (import_id) REFERENCES clearance_import(id) ON DELETE CASCADE
  constraint clearance_import_error_pkey PRIMARY KEY (import_id, line)
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  grant delete, insert, select, update to greenlane_app
  comment problems: All that is wrong with the row: [{ field, code, params, is_error }].
  comment cells: The row as it came, so that it can be downloaded, mended and loaded again.

table public.clearance_item
  firm_id uuid not null
  accepted_year smallint not null
  declaration_no bigint not null
  item_no smallint not null
  category text
  is_category_derived boolean not null default false
  hs_code text
  product_name text
  import_no integer not null
  line integer not null
  constraint clearance_item_firm_id_accepted_year_declaration_no_fkey FOREIGN KEY (firm_id, accepted_year, declaration_no) REFERENCES clearance(firm_id, accepted_year, declaration_no) ON DELETE CASCADE
  constraint clearance_item_item_no_check CHECK (((item_no >= 1) AND (item_no <= 999)))
  constraint clearance_item_pkey PRIMARY KEY (firm_id, accepted_year, declaration_no, item_no)
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  policy rollup for select to greenlane_worker using true
  grant delete, insert, select, update to greenlane_app
  comment on it: The further goods items of a declaration; the first one is in the declaration itself.

table public.clearance_month
  firm_id uuid not null
  direction text not null
  month date not null
  is_stale boolean not null default true
  changed_at timestamp with time zone not null default now()
  constraint clearance_month_direction_check CHECK ((direction = ANY (ARRAY['export'::text, 'import'::text])))
  constraint clearance_month_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint clearance_month_month_check CHECK ((EXTRACT(day FROM month) = (1)::numeric))
  constraint clearance_month_pkey PRIMARY KEY (firm_id, direction, month)
  CREATE INDEX clearance_month_stale ON public.clearance_month USING btree (firm_id) WHERE is_stale
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  policy rollup for all to greenlane_worker using true check true
  CREATE TRIGGER cohort_due_delete AFTER DELETE ON public.clearance_month REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_cohort_due()
  CREATE TRIGGER cohort_due_insert AFTER INSERT ON public.clearance_month REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_cohort_due()
  CREATE TRIGGER cohort_due_update AFTER UPDATE ON public.clearance_month REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_cohort_due()
  grant delete, insert, select, update to greenlane_app
  grant delete, select, update to greenlane_worker
  comment on it: The months with records of a firm. While one is stale its cells are not read: answers come from its records.

table public.clearance_other_years partition of clearance DEFAULT

table public.clearance_receipt
  firm_id uuid not null
  declaration_no bigint not null default 0
  digest bytea not null
  pre_entry_no text not null default ''::text
  vendor text not null
  code text not null
  notice_at timestamp with time zone not null
  note text
  declared_at timestamp with time zone
  is_declared_day boolean not null default false
  customs_office text
  import_no integer not null
  line integer not null
  received_at timestamp with time zone not null default now()
  constraint clearance_receipt_check CHECK (((declaration_no > 0) OR (pre_entry_no <> ''::text)))
  constraint clearance_receipt_code_check CHECK (((length(code) >= 1) AND (length(code) <= 20)))
  constraint clearance_receipt_declaration_no_check CHECK ((declaration_no >= 0))
  constraint clearance_receipt_digest_check CHECK ((length(digest) = 16))
  constraint clearance_receipt_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint clearance_receipt_pkey PRIMARY KEY (firm_id, declaration_no, digest)
  constraint clearance_receipt_pre_entry_no_check CHECK ((length(pre_entry_no) <= 40))
  CREATE INDEX clearance_receipt_pre_entry ON public.clearance_receipt USING btree (firm_id, pre_entry_no, declaration_no) WHERE (pre_entry_no <> ''::text)
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  grant delete, insert, select to greenlane_app
  comment on it: Customs receipts as they came, each once; never changed but for whose table reads them, never deleted.
  comment declaration_no: 0: the receipt came before there was a number, and is found by that of the pre-entry.
  comment digest: Of everything that the receipt says: the same receipt again is the same row.

table public.clearance_receipt_reading
  firm_id uuid not null
  vendor text not null
  code text not null
  event text not null
  reopens boolean not null
  answered_by uuid
  answered_at timestamp with time zone not null default now()
  constraint clearance_receipt_reading_code_check CHECK (((length(code) >= 1) AND (length(code) <= 20)))
  constraint clearance_receipt_reading_event_check CHECK ((event = ANY (ARRAY['submitted'::text, 'accepted'::text, 'docs'::text, 'rejected'::text, 'reviewed'::text, 'hold'::text, 'inspect'::text, 'released'::text, 'gate'::text, 'void'::text, 'closed'::text, 'other'::text])))
  constraint clearance_receipt_reading_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint clearance_receipt_reading_pkey PRIMARY KEY (firm_id, vendor, code)
  constraint clearance_receipt_reading_vendor_fkey FOREIGN KEY (vendor) REFERENCES receipt_vendor(vendor)
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  grant delete, insert, select, update to greenlane_app
  comment on it: What a firm said its system means by a code that vendors disagree on.

table public.clearance_receipt_record
  firm_id uuid not null
  declaration_no bigint not null
  customs_office text not null
  declared_at timestamp with time zone
  inspection_notified_at timestamp with time zone
  released_at timestamp with time zone
  is_reopened boolean not null
  is_closed_unreleased boolean not null
  constraint clearance_receipt_record_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint clearance_receipt_record_pkey PRIMARY KEY (firm_id, declaration_no)
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  grant delete, insert, select, update to greenlane_app
  comment on it: What the receipts of a declaration came to when last computed: only a change of it touches the record.

table public.clearance_receipt_state
  firm_id uuid not null
  vendor text not null
  table_digest text not null
  is_stale boolean not null default false
  computed_to bigint not null default 0
  constraint clearance_receipt_state_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint clearance_receipt_state_pkey PRIMARY KEY (firm_id)
  constraint clearance_receipt_state_vendor_fkey FOREIGN KEY (vendor) REFERENCES receipt_vendor(vendor)
  row level security, forced
  policy due for select to greenlane_worker using true
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  grant insert, select, update to greenlane_app
  comment vendor: The system of the last import, offered for the next.
  comment table_digest: The tables by which all records of the firm were last computed.
  comment computed_to: How far computing again by changed tables has come.

table public.clearance_revision
  firm_id uuid not null
  accepted_year smallint not null
  declaration_no bigint not null
  item_no smallint not null
  revision_no integer not null
  direction text not null
  customs_office text not null
  channel text
  category text
  is_category_derived boolean not null default false
  hs_code text
  product_name text
  arrived_at timestamp with time zone
  declared_at timestamp with time zone not null
  inspection_notified_at timestamp with time zone
  inspected_at timestamp with time zone
  released_at timestamp with time zone
  import_no integer not null
  line integer not null
  superseded_at timestamp with time zone not null default now()
  superseded_import_no integer not null
  superseded_line integer not null
  constraint clearance_revision_channel_check CHECK ((channel = ANY (ARRAY['green'::text, 'ordinary'::text])))
  constraint clearance_revision_direction_check CHECK ((direction = ANY (ARRAY['export'::text, 'import'::text])))
  constraint clearance_revision_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint clearance_revision_pkey PRIMARY KEY (firm_id, accepted_year, declaration_no, item_no, revision_no)
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  grant delete, insert, select, update to greenlane_app
  comment on it: States that a later file corrected. A row equal to one of them is a duplicate and not news.

table public.clearance_setting
  firm_id uuid not null
  min_n integer not null default 30
  constraint clearance_setting_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint clearance_setting_min_n_check CHECK (((min_n >= 1) AND (min_n <= 100000)))
  constraint clearance_setting_pkey PRIMARY KEY (firm_id)
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  policy rollup for all to greenlane_worker using true check true
  grant delete, insert, select, update to greenlane_app
  grant insert, select, update to greenlane_worker
  comment on it: One row a firm; whoever writes records or cells of the firm locks it first, so that writers never meet.

table public.clearance_tally
  firm_id uuid not null
  direction text not null
  month date not null
  customs_office text not null
  channel text not null
  category text not null
  is_extra boolean not null
  declared integer not null
  released integer not null
  inspected integer not null
  within_a_minute integer not null
  listed integer not null
  arrived integer not null
  prior integer not null
  constraint clearance_tally_direction_check CHECK ((direction = ANY (ARRAY['export'::text, 'import'::text])))
  constraint clearance_tally_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint clearance_tally_month_check CHECK ((EXTRACT(day FROM month) = (1)::numeric))
  constraint clearance_tally_pkey PRIMARY KEY (firm_id, direction, month, customs_office, channel, category, is_extra)
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  policy rollup for all to greenlane_worker using true check true
  grant delete, insert, select, update to greenlane_app
  grant delete, insert, select, update to greenlane_worker
  comment on it: The counts of clearance_day, added up over each month.

table public.code_platform
  id uuid not null default gen_random_uuid()
  firm_id uuid not null
  name text not null
  secret_sealed bytea not null
  created_at timestamp with time zone not null default now()
  revoked_at timestamp with time zone
  last_event_at timestamp with time zone
  constraint code_platform_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint code_platform_firm_id_id_key UNIQUE (firm_id, id)
  constraint code_platform_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100)))
  constraint code_platform_pkey PRIMARY KEY (id)
  constraint code_platform_secret_sealed_check CHECK (((length(secret_sealed) >= 16) AND (length(secret_sealed) <= 500)))
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  grant insert, select, update to greenlane_app
  comment on it: A platform that sends statuses of codes by webhook, signed with a secret of its own.

table public.code_status
  id bigint not null generated always as identity
  firm_id uuid not null
  declaration_no bigint not null
  code text not null
  status text not null
  state text not null
  at timestamp with time zone not null
  reference text
  origin text not null
  platform_id uuid
  received_at timestamp with time zone not null default now()
  constraint code_status_code_check CHECK (((length(code) >= 1) AND (length(code) <= 100)))
  constraint code_status_declaration_no_check CHECK (((declaration_no >= 0) AND (declaration_no <= '999999999999999999'::bigint)))
  constraint code_status_firm_id_declaration_no_code_at_status_key UNIQUE (firm_id, declaration_no, code, at, status)
  constraint code_status_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint code_status_firm_id_platform_id_fkey FOREIGN KEY (firm_id, platform_id) REFERENCES code_platform(firm_id, id)
  constraint code_status_origin_check CHECK ((origin = ANY (ARRAY['api'::text, 'platform'::text, 'form'::text])))
  constraint code_status_pkey PRIMARY KEY (id)
  constraint code_status_reference_check CHECK (((length(reference) >= 1) AND (length(reference) <= 200)))
  constraint code_status_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'issued'::text, 'used'::text, 'suspended'::text, 'revoked'::text, 'expired'::text, 'refused'::text, 'other'::text])))
  constraint code_status_status_check CHECK (((length(status) >= 1) AND (length(status) <= 60)))
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  CREATE TRIGGER code_status_is_not_emptied BEFORE TRUNCATE ON public.code_status FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  CREATE TRIGGER code_status_stays BEFORE DELETE OR UPDATE ON public.code_status FOR EACH ROW EXECUTE FUNCTION code_status_stays()
  grant insert, select to greenlane_app
  comment on it: Append-only: what was said about a code, each once. Its history is ordered by at, not by arrival.
  comment status: The word of the platform; state is how it is read here.

table public.cohort_cell
  is_sample boolean not null
  measure text not null
  direction text not null
  shape smallint not null
  month date not null
  customs_office text not null
  category text not null
  channel text not null
  n integer not null
  sum_seconds bigint not null
  min_seconds integer not null
  max_seconds integer not null
  seconds integer[]
  bins smallint[]
  counts integer[]
  firms integer not null
  constraint cohort_cell_check CHECK (((seconds IS NULL) <> (bins IS NULL)))
  constraint cohort_cell_check1 CHECK (((bins IS NULL) = (counts IS NULL)))
  constraint cohort_cell_firms_check CHECK ((firms >= 5))
  constraint cohort_cell_is_sample_direction_month_fkey FOREIGN KEY (is_sample, direction, month) REFERENCES cohort_month(is_sample, direction, month) ON DELETE CASCADE
  constraint cohort_cell_measure_check CHECK ((measure = ANY (ARRAY['declared_to_released'::text, 'arrived_to_released'::text, 'declared_to_inspected'::text])))
  constraint cohort_cell_min_seconds_check CHECK ((min_seconds >= 0))
  constraint cohort_cell_n_check CHECK ((n > 0))
  constraint cohort_cell_pkey PRIMARY KEY (is_sample, measure, direction, shape, month, customs_office, category, channel)
  constraint cohort_cell_shape_check CHECK ((((shape >= 0) AND (shape <= 15)) AND (((shape)::integer & 9) <> 9)))
  row level security, forced
  policy readable for select to greenlane_app using true
  policy rollup for all to greenlane_worker using true check true
  grant select to greenlane_app
  grant delete, insert, select, update to greenlane_worker
  comment on it: Hours over all firms, each declaration once. Nothing about fewer than 5 firms is ever written, nor what it could be computed from.
  comment shape: Which dimensions are single: 1 office, 2 category, 4 channel, 8 district.

table public.cohort_due
  id bigint not null generated always as identity
  direction text not null
  month date not null
  noted_at timestamp with time zone not null default now()
  constraint cohort_due_pkey PRIMARY KEY (id)
  row level security, forced
  policy anybody_notes for insert to greenlane_app check true
  policy rollup for all to greenlane_worker using true check true
  grant insert to greenlane_app
  grant delete, insert, select, update to greenlane_worker
  comment on it: Months whose numbers over all firms are to be made anew.

table public.cohort_month
  is_sample boolean not null
  direction text not null
  month date not null
  as_of timestamp with time zone not null
  constraint cohort_month_direction_check CHECK ((direction = ANY (ARRAY['export'::text, 'import'::text])))
  constraint cohort_month_month_check CHECK ((EXTRACT(day FROM month) = (1)::numeric))
  constraint cohort_month_pkey PRIMARY KEY (is_sample, direction, month)
  row level security, forced
  policy operator_clears_sample for delete to greenlane_app using (is_sample AND app_is_operator())
  policy readable for select to greenlane_app using true
  policy rollup for all to greenlane_worker using true check true
  grant delete, select to greenlane_app
  grant delete, insert, select, update to greenlane_worker
  comment on it: The months with numbers over all firms; sample firms are a cohort of their own.
  comment as_of: The records that were stored by then are in its numbers.

table public.component
  id uuid not null default gen_random_uuid()
  firm_id uuid not null
  product_id uuid not null
  name text not null
  name_key text not null
  material text
  use text not null
  supplier_id uuid
  constraint component_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint component_firm_id_id_key UNIQUE (firm_id, id)
  constraint component_firm_id_product_id_fkey FOREIGN KEY (firm_id, product_id) REFERENCES product(firm_id, id) ON DELETE CASCADE
  constraint component_firm_id_supplier_id_fkey FOREIGN KEY (firm_id, supplier_id) REFERENCES supplier(firm_id, id)
  constraint component_material_check CHECK (((length(material) >= 1) AND (length(material) <= 200)))
  constraint component_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)))
  constraint component_name_key_check CHECK (((length(name_key) >= 1) AND (length(name_key) <= 200)))
  constraint component_pkey PRIMARY KEY (id)
  constraint component_product_id_name_key_key UNIQUE (product_id, name_key)
  constraint component_use_check CHECK ((use = ANY (ARRAY['teething'::text, 'sleep'::text, 'other'::text])))
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  grant delete, insert, select, update to greenlane_app
  comment use: teething: a child puts it in the mouth; sleep: part of a product that a child sleeps in.

table public.customs_district
  code text not null
  name text not null
  name_zh text not null
  source text not null
  confirmed boolean not null
  edited_at timestamp with time zone
  constraint customs_district_code_check CHECK ((code ~ '^[0-9]{2}00$'::text))
  constraint customs_district_pkey PRIMARY KEY (code)
  row level security, forced
  policy operator_deletes for delete to greenlane_app using app_is_operator()
  policy operator_inserts for insert to greenlane_app check app_is_operator()
  policy operator_updates for update to greenlane_app using app_is_operator()
  policy readable for select to greenlane_app, greenlane_worker using true
  grant delete, insert, select, update to greenlane_app
  grant select to greenlane_worker
  comment on it: A customs authority directly under GACC; the first two digits of its offices.
  comment edited_at: When the operator last changed the row: loading reference data leaves it alone from then on.

table public.customs_office
  code text not null
  district_code text not null
  name text
  name_zh text
  source text not null
  confirmed boolean not null
  edited_at timestamp with time zone
  constraint customs_office_check CHECK ((substr(code, 1, 2) = substr(district_code, 1, 2)))
  constraint customs_office_code_check CHECK ((code ~ '^[0-9]{4}$'::text))
  constraint customs_office_district_code_fkey FOREIGN KEY (district_code) REFERENCES customs_district(code)
  constraint customs_office_pkey PRIMARY KEY (code)
  row level security, forced
  policy operator_deletes for delete to greenlane_app using app_is_operator()
  policy operator_inserts for insert to greenlane_app check app_is_operator()
  policy operator_updates for update to greenlane_app using app_is_operator()
  policy readable for select to greenlane_app, greenlane_worker using true
  grant delete, insert, select, update to greenlane_app
  grant select to greenlane_worker

table public.delivery
  id uuid not null default gen_random_uuid()
  firm_id uuid
  alert_id uuid
  digest_id uuid
  user_id uuid
  endpoint_id uuid
  channel text not null
  language text not null
  state text not null default 'pending'::text
  attempts integer not null default 0
  next_attempt_at timestamp with time zone not null default now()
  lease_token uuid
  leased_until timestamp with time zone
  problem text
  created_at timestamp with time zone not null default now()
  finished_at timestamp with time zone
  constraint delivery_alert_id_fkey FOREIGN KEY (alert_id) REFERENCES alert(id) ON DELETE CASCADE
  constraint delivery_attempts_check CHECK ((attempts >= 0))
  constraint delivery_channel_check CHECK ((channel = ANY (ARRAY['email'::text, 'webhook'::text, 'push'::text])))
  constraint delivery_digest_id_fkey FOREIGN KEY (digest_id) REFERENCES digest(id) ON DELETE CASCADE
  constraint delivery_digest_id_key UNIQUE (digest_id)
  constraint delivery_endpoint CHECK (((channel = 'webhook'::text) = (endpoint_id IS NOT NULL)))
  constraint delivery_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES endpoint(id) ON DELETE CASCADE
  constraint delivery_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint delivery_is_of_one CHECK (((alert_id IS NULL) <> (digest_id IS NULL)))
  constraint delivery_language_check CHECK ((language = ANY (ARRAY['en'::text, 'zh-CN'::text])))
  constraint delivery_lease CHECK (((lease_token IS NULL) = (leased_until IS NULL)))
  constraint delivery_once UNIQUE NULLS NOT DISTINCT (alert_id, digest_id, user_id, endpoint_id, channel)
  constraint delivery_pkey PRIMARY KEY (id)
  constraint delivery_problem_check CHECK ((length(problem) <= 100))
  constraint delivery_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'delivered'::text, 'dead'::text, 'cancelled'::text])))
  constraint delivery_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth."user"(id) ON DELETE CASCADE
  CREATE INDEX delivery_by_time ON public.delivery USING brin (created_at)
  CREATE INDEX delivery_due_mail ON public.delivery USING btree (next_attempt_at) WHERE ((state = 'pending'::text) AND (channel = 'email'::text))
  CREATE INDEX delivery_due_post ON public.delivery USING btree (next_attempt_at) WHERE ((state = 'pending'::text) AND (channel <> 'email'::text))
  CREATE INDEX delivery_of_endpoint ON public.delivery USING btree (endpoint_id, created_at DESC) WHERE (endpoint_id IS NOT NULL)
  CREATE INDEX delivery_of_firm ON public.delivery USING btree (firm_id, created_at DESC, id DESC)
  row level security, forced
  policy of_jobs for all to greenlane_worker using true check true
  policy of_owner for all to greenlane_app using ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator))) check ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator)))
  grant select, update to greenlane_app
  grant delete, insert, select, update to greenlane_worker
  comment on it: A message that is owed: an alert or a digest, by one channel, to one recipient.
  comment attempts: Of this round: a replay begins anew. All of them stand in delivery_attempt.
  comment problem: Why the last attempt failed, or why there will be none.

table public.delivery_attempt
  id bigint not null generated always as identity
  firm_id uuid
  delivery_id uuid not null
  number integer not null
  started_at timestamp with time zone not null
  duration_ms integer not null
  is_success boolean not null
  status integer
  problem text
  detail text
  next_attempt_at timestamp with time zone
  constraint delivery_attempt_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES delivery(id) ON DELETE CASCADE
  constraint delivery_attempt_detail_check CHECK ((length(detail) <= 1000))
  constraint delivery_attempt_duration_ms_check CHECK ((duration_ms >= 0))
  constraint delivery_attempt_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint delivery_attempt_number_check CHECK ((number >= 1))
  constraint delivery_attempt_pkey PRIMARY KEY (id)
  constraint delivery_attempt_problem_check CHECK ((length(problem) <= 100))
  CREATE INDEX delivery_attempt_failed ON public.delivery_attempt USING btree (started_at) WHERE (NOT is_success)
  CREATE INDEX delivery_attempt_of_delivery ON public.delivery_attempt USING btree (delivery_id, id)
  row level security, forced
  policy of_jobs for all to greenlane_worker using true check true
  policy of_owner for all to greenlane_app using ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator))) check ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator)))
  grant select to greenlane_app
  grant insert, select to greenlane_worker
  comment on it: What was tried, and what came of it.

table public.digest
  id uuid not null default gen_random_uuid()
  firm_id uuid
  user_id uuid
  endpoint_id uuid
  channel text not null
  mode text not null
  period_end timestamp with time zone not null
  created_at timestamp with time zone not null default now()
  constraint digest_channel_check CHECK ((channel = ANY (ARRAY['email'::text, 'webhook'::text, 'push'::text])))
  constraint digest_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES endpoint(id) ON DELETE CASCADE
  constraint digest_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint digest_mode_check CHECK ((mode = ANY (ARRAY['hourly'::text, 'daily'::text, 'weekly'::text])))
  constraint digest_once UNIQUE NULLS NOT DISTINCT (firm_id, user_id, endpoint_id, channel, mode, period_end)
  constraint digest_pkey PRIMARY KEY (id)
  constraint digest_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth."user"(id) ON DELETE CASCADE
  row level security, forced
  policy of_jobs for all to greenlane_worker using true check true
  policy of_owner for all to greenlane_app using ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator))) check ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator)))
  grant select to greenlane_app
  grant insert, select to greenlane_worker
  comment on it: One message for all that a recipient is owed of a period, however much it is.

table public.digest_entry
  id bigint not null generated always as identity
  firm_id uuid
  user_id uuid
  endpoint_id uuid
  alert_id uuid not null
  channel text not null
  mode text not null
  language text not null
  period_end timestamp with time zone not null
  digest_id uuid
  constraint digest_entry_alert_id_fkey FOREIGN KEY (alert_id) REFERENCES alert(id) ON DELETE CASCADE
  constraint digest_entry_channel_check CHECK ((channel = ANY (ARRAY['email'::text, 'webhook'::text, 'push'::text])))
  constraint digest_entry_digest_id_fkey FOREIGN KEY (digest_id) REFERENCES digest(id) ON DELETE CASCADE
  constraint digest_entry_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES endpoint(id) ON DELETE CASCADE
  constraint digest_entry_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint digest_entry_language_check CHECK ((language = ANY (ARRAY['en'::text, 'zh-CN'::text])))
  constraint digest_entry_mode_check CHECK ((mode = ANY (ARRAY['hourly'::text, 'daily'::text, 'weekly'::text])))
  constraint digest_entry_once UNIQUE NULLS NOT DISTINCT (alert_id, user_id, endpoint_id, channel)
  constraint digest_entry_pkey PRIMARY KEY (id)
  constraint digest_entry_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth."user"(id) ON DELETE CASCADE
  CREATE INDEX digest_entry_due ON public.digest_entry USING btree (period_end) WHERE (digest_id IS NULL)
  CREATE INDEX digest_entry_of_digest ON public.digest_entry USING btree (digest_id) WHERE (digest_id IS NOT NULL)
  row level security, forced
  policy of_jobs for all to greenlane_worker using true check true
  policy of_owner for all to greenlane_app using ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator))) check ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator)))
  grant select to greenlane_app
  grant insert, select, update to greenlane_worker
  comment on it: An alert that waits for the end of its period.

table public.document
  id uuid not null default gen_random_uuid()
  firm_id uuid
  sha256 text not null
  byte_count integer not null
  media_type text not null
  file_name text not null
  file_name_given text
  state text not null
  text text
  text_characters integer not null generated as COALESCE(char_length(text), 0)
  text_truncated boolean not null default false
  page_count integer
  extractor text
  extractor_version smallint
  problem text
  next_attempt_at timestamp with time zone
  lease_token uuid
  attempts smallint not null default 0
  created_at timestamp with time zone not null default now()
  created_by uuid
  constraint document_byte_count_check CHECK ((byte_count > 0))
  constraint document_file_name_check CHECK (((length(file_name) >= 1) AND (length(file_name) <= 255)))
  constraint document_file_name_given_check CHECK (((length(file_name_given) >= 1) AND (length(file_name_given) <= 1000)))
  constraint document_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id)
  constraint document_firm_id_sha256_key UNIQUE NULLS NOT DISTINCT (firm_id, sha256)
  constraint document_media_type_check CHECK (((length(media_type) >= 3) AND (length(media_type) <= 255)))
  constraint document_page_count_check CHECK ((page_count >= 0))
  constraint document_pkey PRIMARY KEY (id)
  constraint document_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
  constraint document_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'extracted'::text, 'no_text'::text, 'failed'::text])))
  CREATE INDEX document_due ON public.document USING btree (next_attempt_at) WHERE (next_attempt_at IS NOT NULL)
  CREATE INDEX document_owner_created_at ON public.document USING btree (firm_id, created_at DESC, id)
  row level security, forced
  policy document_as_job for all to greenlane_worker using true check true
  policy document_of_owner for all to greenlane_app using ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator))) check ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator)))
  grant delete, insert, select to greenlane_app
  comment on it: A file kept as evidence or source, once per owner and content.
  comment firm_id: The firm it belongs to; null for the operator.
  comment media_type: What the bytes are, whatever the name or the sender said.
  comment file_name: Safe to save under; ends as the media type says.
  comment file_name_given: The name as it was given, for showing; null when there was none.
  comment text: Pages of a PDF and sheets of a workbook are parted by a form feed.
  comment next_attempt_at: When extraction is due, or when the lease of its worker ends; null when nothing is to be done.
  comment created_by: The person or key that sent it; null when a job fetched it.

table public.document_content
  document_id uuid not null
  firm_id uuid
  content bytea not null
  constraint document_content_document_id_fkey FOREIGN KEY (document_id) REFERENCES document(id) ON DELETE CASCADE
  constraint document_content_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id)
  constraint document_content_pkey PRIMARY KEY (document_id)
  row level security, forced
  policy document_content_of_job for select to greenlane_worker using (EXISTS ( SELECT
   FROM document d
  WHERE ((d.id = document_content.document_id) AND (d.lease_token = (NULLIF(current_setting('app.lease_token'::text, true), ''::text))::uuid))))
  policy document_content_of_owner for all to greenlane_app using ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator))) check (((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator))) AND (EXISTS ( SELECT
   FROM document d
  WHERE ((d.id = document_content.document_id) AND (NOT (d.firm_id IS DISTINCT FROM document_content.firm_id))))))
  grant insert, select to greenlane_app
  comment on it: The bytes of a document, apart so that lists never touch them.

table public.eligibility_decision
  id uuid not null
  firm_id uuid not null
  reference text
  subject text
  decided_at timestamp with time zone not null
  known_at timestamp with time zone not null
  declaration_date date not null
  rule_state text not null
  programme_version_id uuid
  standard_version_id uuid
  lab_state_sha256 text
  category_state_sha256 text not null
  input text
  input_sha256 text not null
  outcome text not null
  valid_until date
  open_checks jsonb not null
  verdict_sha256 text not null
  expected_hours jsonb
  actor_kind text not null
  actor_id uuid not null
  constraint eligibility_decision_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['person'::text, 'key'::text, 'program'::text])))
  constraint eligibility_decision_category_state_sha256_check CHECK (((length(category_state_sha256) = 64) AND (category_state_sha256 !~ '[^0-9a-f]'::text)))
  constraint eligibility_decision_check CHECK (((outcome = 'green'::text) OR (valid_until IS NULL)))
  constraint eligibility_decision_expected_hours_check CHECK ((jsonb_typeof(expected_hours) = 'object'::text))
  constraint eligibility_decision_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint eligibility_decision_input_check CHECK ((length(input) <= 1000000))
  constraint eligibility_decision_input_sha256_check CHECK (((length(input_sha256) = 64) AND (input_sha256 !~ '[^0-9a-f]'::text)))
  constraint eligibility_decision_lab_state_sha256_check CHECK (((length(lab_state_sha256) = 64) AND (lab_state_sha256 !~ '[^0-9a-f]'::text)))
  constraint eligibility_decision_open_checks_check CHECK ((jsonb_typeof(open_checks) = 'array'::text))
  constraint eligibility_decision_outcome_check CHECK ((outcome = ANY (ARRAY['green'::text, 'manual_review'::text, 'not_eligible'::text, 'unknown'::text])))
  constraint eligibility_decision_pkey PRIMARY KEY (id)
  constraint eligibility_decision_reference_check CHECK ((length(reference) <= 200))
  constraint eligibility_decision_rule_state_check CHECK ((rule_state = ANY (ARRAY['in_force'::text, 'before_first'::text, 'expired'::text, 'repealed'::text, 'without_parameters'::text, 'nothing_known'::text])))
  constraint eligibility_decision_subject_check CHECK ((length(subject) <= 300))
  constraint eligibility_decision_verdict_sha256_check CHECK (((length(verdict_sha256) = 64) AND (verdict_sha256 !~ '[^0-9a-f]'::text)))
  CREATE INDEX eligibility_decision_green ON public.eligibility_decision USING btree (firm_id, declaration_date) WHERE ((outcome = 'green'::text) AND (input IS NOT NULL))
  CREATE INDEX eligibility_decision_newest ON public.eligibility_decision USING btree (firm_id, decided_at DESC, id DESC)
  CREATE INDEX eligibility_decision_reference ON public.eligibility_decision USING btree (firm_id, reference) WHERE (reference IS NOT NULL)
  row level security, forced
  policy by_link for select to greenlane_app using ((id = ( SELECT app_verify_id() AS app_verify_id)) AND (EXISTS ( SELECT
   FROM eligibility_share s
  WHERE (s.decision_id = eligibility_decision.id))))
  policy decided for insert to greenlane_app check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  policy readable for select to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  CREATE TRIGGER eligibility_decision_is_not_emptied BEFORE TRUNCATE ON public.eligibility_decision FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  CREATE TRIGGER eligibility_decision_stays BEFORE DELETE OR UPDATE ON public.eligibility_decision FOR EACH ROW EXECUTE FUNCTION eligibility_decision_stays()
  grant insert, select to greenlane_app
  comment on it: The log of decisions. Append-only: the verdict is a pure function of input, versions and register states.
  comment programme_version_id: Versions are never deleted, so that a foreign key would cost each decision a look-up and hold nothing.
  comment input: The text that was decided on; null where only its hash is kept, and the asker holds the input.
  comment open_checks: Code, clause and result of each check that did not pass.

table public.eligibility_redecision
  decision_id uuid not null
  new_decision_id uuid not null
  firm_id uuid not null
  at timestamp with time zone not null default now()
  constraint eligibility_redecision_decision_id_fkey FOREIGN KEY (decision_id) REFERENCES eligibility_decision(id) ON DELETE CASCADE
  constraint eligibility_redecision_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint eligibility_redecision_new_decision_id_fkey FOREIGN KEY (new_decision_id) REFERENCES eligibility_decision(id) ON DELETE CASCADE
  constraint eligibility_redecision_pkey PRIMARY KEY (decision_id)
  CREATE INDEX eligibility_redecision_new ON public.eligibility_redecision USING btree (new_decision_id)
  CREATE INDEX eligibility_redecision_of_firm ON public.eligibility_redecision USING btree (firm_id, at DESC)
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  grant insert, select to greenlane_app
  comment on it: A decision that a change of rules or registers made another, and the one that was made then.

table public.eligibility_share
  decision_id uuid not null
  firm_id uuid not null
  shared_at timestamp with time zone not null default now()
  shared_by uuid not null
  constraint eligibility_share_decision_id_fkey FOREIGN KEY (decision_id) REFERENCES eligibility_decision(id) ON DELETE CASCADE
  constraint eligibility_share_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint eligibility_share_pkey PRIMARY KEY (decision_id)
  row level security, forced
  policy by_link for select to greenlane_app using (decision_id = ( SELECT app_verify_id() AS app_verify_id))
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  grant delete, insert, select to greenlane_app
  comment on it: Decisions that a firm shows to whoever has the link, until it takes the row away.

table public.endpoint
  id uuid not null default gen_random_uuid()
  firm_id uuid
  url text not null
  format text not null default 'standard'::text
  description text
  secret_sealed bytea not null
  secret_before_sealed bytea
  secret_before_until timestamp with time zone
  signing_key_sealed bytea
  signing_public_key text
  state text not null default 'active'::text
  state_reason text
  state_since timestamp with time zone not null default now()
  failing_since timestamp with time zone
  is_slow boolean not null default false
  last_success_at timestamp with time zone
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  deleted_at timestamp with time zone
  constraint endpoint_description_check CHECK (((length(description) >= 1) AND (length(description) <= 200)))
  constraint endpoint_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint endpoint_format_check CHECK ((format = ANY (ARRAY['standard'::text, 'dingtalk'::text, 'wecom'::text, 'feishu'::text, 'slack'::text, 'teams'::text])))
  constraint endpoint_overlap CHECK (((secret_before_sealed IS NULL) = (secret_before_until IS NULL)))
  constraint endpoint_pkey PRIMARY KEY (id)
  constraint endpoint_state_check CHECK ((state = ANY (ARRAY['active'::text, 'paused'::text, 'disabled'::text])))
  constraint endpoint_state_reason_check CHECK ((state_reason = ANY (ARRAY['gone'::text, 'failed_for_days'::text, 'by_hand'::text])))
  constraint endpoint_url_check CHECK ((((length(url) >= 1) AND (length(url) <= 2000)) AND (url ~* '^https?://'::text)))
  CREATE INDEX endpoint_of_firm ON public.endpoint USING btree (firm_id) WHERE (deleted_at IS NULL)
  row level security, forced
  policy of_jobs for all to greenlane_worker using true check true
  policy of_owner for all to greenlane_app using ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator))) check ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator)))
  grant delete, insert, select, update to greenlane_app
  grant select, update to greenlane_worker
  comment on it: An address that messages are posted to, with its secrets and how it fares.
  comment secret_sealed: AES-256-GCM; the key is derived from the secret in DATA_DIR.
  comment secret_before_until: Until then messages carry a signature by the secret before as well.
  comment failing_since: The first failure since the last success.
  comment is_slow: Its last attempt failed or took long: it is served apart, so that others do not wait.

table public.escalation_setting
  id uuid not null default gen_random_uuid()
  firm_id uuid
  deputy_id uuid
  deputy_days integer
  executive_days integer
  patience_hours integer not null
  updated_at timestamp with time zone not null default now()
  constraint escalation_deputy_of_firm CHECK (((firm_id IS NOT NULL) OR (deputy_id IS NULL)))
  constraint escalation_in_order CHECK (((deputy_days IS NULL) OR (executive_days IS NULL) OR (executive_days <= deputy_days)))
  constraint escalation_setting_deputy_days_check CHECK (((deputy_days >= 0) AND (deputy_days <= 365)))
  constraint escalation_setting_deputy_id_fkey FOREIGN KEY (deputy_id) REFERENCES auth."user"(id) ON DELETE SET NULL
  constraint escalation_setting_executive_days_check CHECK (((executive_days >= 0) AND (executive_days <= 365)))
  constraint escalation_setting_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint escalation_setting_firm_id_key UNIQUE NULLS NOT DISTINCT (firm_id)
  constraint escalation_setting_patience_hours_check CHECK (((patience_hours >= 0) AND (patience_hours <= 720)))
  constraint escalation_setting_pkey PRIMARY KEY (id)
  row level security, forced
  policy of_jobs for all to greenlane_worker using true check true
  policy read_own for select to greenlane_app using ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR (firm_id IS NULL))
  policy write_own for all to greenlane_app using ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator))) check ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator)))
  grant delete, insert, select, update to greenlane_app
  grant select to greenlane_worker
  comment on it: When an alert that nobody acknowledged is told to whom; the row without a firm holds where a firm has none.
  comment deputy_id: Null: the owners and compliance managers.
  comment deputy_days: Before the day of force; null: not at all.
  comment patience_hours: So long each of them has before the next one is told, however near the day is.

table public.event
  id bigint not null generated always as identity
  transaction_id xid8 not null default pg_current_xact_id()
  kind text not null
  audience text not null
  firm_id uuid
  occurred_at timestamp with time zone not null default now()
  subject_id uuid
  data jsonb not null default '{}'::jsonb
  unique_key text not null
  constraint event_audience_check CHECK ((audience = ANY (ARRAY['everyone'::text, 'operator'::text, 'firm'::text])))
  constraint event_check CHECK (((audience = 'firm'::text) = (firm_id IS NOT NULL)))
  constraint event_data_check CHECK ((jsonb_typeof(data) = 'object'::text))
  constraint event_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint event_kind_check CHECK ((kind ~ '^[a-z_]+[.][a-z_]+$'::text))
  constraint event_pkey PRIMARY KEY (id)
  constraint event_unique_key_check CHECK (((length(unique_key) >= 1) AND (length(unique_key) <= 200)))
  constraint event_unique_key_key UNIQUE (unique_key)
  CREATE INDEX event_by_commit ON public.event USING btree (transaction_id, id)
  CREATE INDEX event_by_kind ON public.event USING btree (kind, transaction_id, id)
  CREATE INDEX event_of_firm ON public.event USING btree (firm_id, transaction_id, id) WHERE (firm_id IS NOT NULL)
  row level security, forced
  policy heard for select to greenlane_app using ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ((audience = 'everyone'::text) OR ( SELECT app_is_operator() AS app_is_operator))))
  policy of_jobs for all to greenlane_worker using true check true
  policy told for insert to greenlane_app check ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator)))
  CREATE TRIGGER event_is_not_emptied BEFORE TRUNCATE ON public.event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  CREATE TRIGGER event_stays BEFORE DELETE OR UPDATE ON public.event FOR EACH ROW EXECUTE FUNCTION event_stays()
  grant insert, select to greenlane_app
  grant insert, select to greenlane_worker
  comment on it: Append-only. What happened; who is owed it, and what was tried, stand in tables of their own.
  comment transaction_id: Of the transaction that wrote it: readers stop at the oldest one that is still open.
  comment subject_id: The row that it is about, such as the version of rule.published.
  comment unique_key: The same happening told again, as by a rerun, meets this key.

table public.feed_token
  id uuid not null default gen_random_uuid()
  firm_id uuid not null
  user_id uuid
  sha256 bytea not null
  prefix text not null
  created_at timestamp with time zone not null default now()
  revoked_at timestamp with time zone
  constraint feed_token_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint feed_token_pkey PRIMARY KEY (id)
  constraint feed_token_sha256_check CHECK ((length(sha256) = 32))
  constraint feed_token_sha256_key UNIQUE (sha256)
  constraint feed_token_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth."user"(id) ON DELETE CASCADE
  CREATE INDEX feed_token_of_firm ON public.feed_token USING btree (firm_id)
  row level security, forced
  policy of_jobs for all to greenlane_worker using true check true
  policy of_owner for all to greenlane_app using ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator))) check ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator)))
  grant delete, insert, select, update to greenlane_app
  grant select to greenlane_worker
  comment on it: Opens the feeds of a firm to readers that cannot sign in. The token is shown once and kept nowhere.

table public.firm_standing
  firm_id uuid not null
  basis text not null
  law text not null
  customs_office text not null
  horizon xid8 not null
  judged_at timestamp with time zone not null default now()
  constraint firm_standing_basis_check CHECK (((length(basis) >= 1) AND (length(basis) <= 100)))
  constraint firm_standing_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint firm_standing_law_check CHECK (((length(law) >= 1) AND (length(law) <= 100)))
  constraint firm_standing_pkey PRIMARY KEY (firm_id)
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  policy of_jobs for select to greenlane_worker using true
  grant insert, select, update to greenlane_app
  grant select to greenlane_worker
  comment on it: What the standing verdicts of a firm rest on; they are made anew when any of it has changed.

table public.glossary_term
  id uuid not null default gen_random_uuid()
  kind text not null
  zh text not null
  en text not null
  aliases text[] not null default '{}'::text[]
  topic text
  source text not null
  confirmed boolean not null
  edited_at timestamp with time zone
  reference_key text
  retired_at timestamp with time zone
  changed_at timestamp with time zone not null default now()
  constraint glossary_term_aliases_check CHECK ((cardinality(aliases) <= 50))
  constraint glossary_term_en_check CHECK (((length(en) >= 1) AND (length(en) <= 200)))
  constraint glossary_term_kind_check CHECK ((kind = ANY (ARRAY['test'::text, 'verdict'::text, 'unit'::text, 'heading'::text])))
  constraint glossary_term_pkey PRIMARY KEY (id)
  constraint glossary_term_reference_key_check CHECK ((reference_key ~ '^[a-z0-9]+([-_.][a-z0-9]+)*$'::text))
  constraint glossary_term_reference_key_key UNIQUE (reference_key)
  constraint glossary_term_source_check CHECK (((length(source) >= 1) AND (length(source) <= 300)))
  constraint glossary_term_topic_check CHECK ((topic ~ '^[a-z0-9]+([-_.][a-z0-9]+)*$'::text))
  constraint glossary_term_zh_check CHECK (((length(zh) >= 1) AND (length(zh) <= 200)))
  CREATE INDEX glossary_term_changed ON public.glossary_term USING btree (changed_at DESC, id DESC)
  CREATE UNIQUE INDEX glossary_term_in_use ON public.glossary_term USING btree (kind, zh) WHERE (retired_at IS NULL)
  row level security, forced
  policy operator_deletes for delete to greenlane_app using app_is_operator()
  policy operator_inserts for insert to greenlane_app check app_is_operator()
  policy operator_updates for update to greenlane_app using app_is_operator()
  policy readable for select to greenlane_app using true
  grant delete, insert, select, update to greenlane_app
  comment on it: A term in Chinese and English. What it gives is marked as a translation and decides nothing.
  comment aliases: Other spellings in either language.
  comment edited_at: When an analyst last changed or retired it: from then on updates of the program leave it alone.
  comment reference_key: What we call a term that came with the program; null for those of analysts.
  comment retired_at: Reports are no longer shown by it from then on.

table public.host_gate
  host text not null
  next_allowed_at timestamp with time zone not null default now()
  lease_token uuid
  leased_until timestamp with time zone
  robots text
  robots_status smallint
  robots_fetched_at timestamp with time zone
  constraint host_gate_host_check CHECK (((length(host) >= 1) AND (length(host) <= 260)))
  constraint host_gate_pkey PRIMARY KEY (host)
  CREATE INDEX host_gate_leased ON public.host_gate USING btree (lease_token) WHERE (lease_token IS NOT NULL)
  row level security, forced
  policy of_jobs for all to greenlane_worker using true check true
  policy of_operator for all to greenlane_app using app_is_operator() check app_is_operator()
  grant insert, select, update to greenlane_app
  grant delete, insert, select, update to greenlane_worker
  comment on it: One row a host and port: when it may be asked next, who asks it now, and what its robots.txt says.

table public.idempotency_key
  actor_id uuid not null
  key text not null
  request_hash text not null
  status smallint
  answer text
  created_at timestamp with time zone not null default now()
  constraint idempotency_key_key_check CHECK (((length(key) >= 1) AND (length(key) <= 255)))
  constraint idempotency_key_pkey PRIMARY KEY (actor_id, key)
  CREATE INDEX idempotency_key_created_at ON public.idempotency_key USING btree (created_at)
  grant delete, insert, select, update to greenlane_app
  grant delete, select to greenlane_worker
  comment status: HTTP status of the stored answer; null while the request runs.

table public.instrument
  id uuid not null default gen_random_uuid()
  slug text not null
  kind text not null
  title text not null
  title_translation text
  language text not null
  jurisdiction text not null default 'cn'::text
  document_no text
  work_number text
  issued_on date
  created_at timestamp with time zone not null default now()
  source text
  confirmed boolean not null default true
  constraint instrument_document_no_check CHECK (((length(document_no) >= 1) AND (length(document_no) <= 200)))
  constraint instrument_jurisdiction_check CHECK ((jurisdiction ~ '^[a-z]{2}(-[a-z0-9]+)*$'::text))
  constraint instrument_kind_check CHECK ((kind = ANY (ARRAY['standard'::text, 'notice'::text, 'guideline'::text, 'interpretation'::text, 'law'::text])))
  constraint instrument_language_check CHECK ((language = ANY (ARRAY['zh-CN'::text, 'en'::text])))
  constraint instrument_pkey PRIMARY KEY (id)
  constraint instrument_slug_check CHECK (((slug ~ '^[a-z0-9][a-z0-9.-]{0,62}$'::text) AND (slug !~ '[.]akn[.]xml$'::text)))
  constraint instrument_slug_key UNIQUE (slug)
  constraint instrument_source_check CHECK (((length(source) >= 1) AND (length(source) <= 500)))
  constraint instrument_title_check CHECK (((length(title) >= 1) AND (length(title) <= 500)))
  constraint instrument_title_translation_check CHECK (((length(title_translation) >= 1) AND (length(title_translation) <= 500)))
  constraint instrument_work_number_check CHECK ((work_number ~ '^[a-z0-9][a-z0-9.-]{0,62}$'::text))
  row level security, forced
  policy of_operator for all to greenlane_app using ( SELECT app_is_operator() AS app_is_operator) check ( SELECT app_is_operator() AS app_is_operator)
  policy published for select to greenlane_app using (EXISTS ( SELECT
   FROM rule_version v
  WHERE ((v.instrument_id = instrument.id) AND (v.state = 'published'::text))))
  CREATE TRIGGER instrument_guard BEFORE DELETE OR UPDATE ON public.instrument FOR EACH ROW EXECUTE FUNCTION instrument_guard()
  CREATE TRIGGER instrument_is_not_emptied BEFORE TRUNCATE ON public.instrument FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  grant insert, select, update to greenlane_app
  comment on it: What stays the same over all versions. Its texts, dates and parameters belong to a version.
  comment title: The working title; each version carries the title that was approved with it.
  comment document_no: As the issuer writes it: 宁波海关公告2026年第17号, GB 31701—2026.
  comment work_number: The number part of its Akoma Ntoso IRI: 17, gb-31701-2026.
  comment source: Who says that it is; for what was loaded as reference data.
  comment confirmed: False where it is known as reported only.

table public.instrument_authority
  instrument_id uuid not null
  position smallint not null
  authority_slug text not null
  constraint instrument_authority_authority_slug_fkey FOREIGN KEY (authority_slug) REFERENCES authority(slug)
  constraint instrument_authority_instrument_id_authority_slug_key UNIQUE (instrument_id, authority_slug)
  constraint instrument_authority_instrument_id_fkey FOREIGN KEY (instrument_id) REFERENCES instrument(id)
  constraint instrument_authority_pkey PRIMARY KEY (instrument_id, "position")
  constraint instrument_authority_position_check CHECK ((("position" >= 1) AND ("position" <= 20)))
  row level security, forced
  policy of_operator for all to greenlane_app using ( SELECT app_is_operator() AS app_is_operator) check ( SELECT app_is_operator() AS app_is_operator)
  policy published for select to greenlane_app using (EXISTS ( SELECT
   FROM instrument i
  WHERE (i.id = instrument_authority.instrument_id)))
  CREATE TRIGGER instrument_authority_guard BEFORE INSERT OR DELETE OR UPDATE ON public.instrument_authority FOR EACH ROW EXECUTE FUNCTION instrument_guard()
  CREATE TRIGGER instrument_authority_is_not_emptied BEFORE TRUNCATE ON public.instrument_authority FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  grant delete, insert, select to greenlane_app
  comment position: 1 is the authority named first on the document.

table public.item
  id uuid not null default gen_random_uuid()
  identity text not null
  title text not null
  url text
  document_no text
  issued_on date
  effective_on date
  published_at timestamp with time zone
  language text
  text text not null default ''::text
  text_sha256 text not null
  extractor_version smallint not null default 1
  revision_no integer not null default 1
  first_seen_at timestamp with time zone not null
  changed_at timestamp with time zone not null
  detail_state text not null default 'none'::text
  search tsvector not null default ''::tsvector
  merged_into uuid
  matched_revision_no integer not null default 0
  constraint item_detail_state_check CHECK ((detail_state = ANY (ARRAY['none'::text, 'pending'::text, 'fetched'::text, 'failed'::text])))
  constraint item_document_no_check CHECK (((length(document_no) >= 1) AND (length(document_no) <= 200)))
  constraint item_identity_check CHECK (((length(identity) >= 1) AND (length(identity) <= 600)))
  constraint item_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES item(id)
  constraint item_pkey PRIMARY KEY (id)
  constraint item_revision_no_check CHECK ((revision_no > 0))
  constraint item_text_sha256_check CHECK ((text_sha256 ~ '^[0-9a-f]{64}$'::text))
  constraint item_title_check CHECK (((length(title) >= 1) AND (length(title) <= 1000)))
  constraint item_url_check CHECK (((length(url) >= 1) AND (length(url) <= 2000)))
  CREATE INDEX item_base_identity ON public.item USING btree (split_part(identity, '#day:'::text, 1))
  CREATE UNIQUE INDEX item_identity ON public.item USING btree (identity)
  CREATE INDEX item_issued_on ON public.item USING btree (issued_on DESC NULLS LAST, id DESC)
  CREATE INDEX item_merged ON public.item USING btree (merged_into) WHERE (merged_into IS NOT NULL)
  CREATE INDEX item_newest ON public.item USING btree (first_seen_at DESC, id DESC)
  CREATE INDEX item_search ON public.item USING gin (search)
  CREATE INDEX item_unmatched ON public.item USING btree (id) WHERE (matched_revision_no < revision_no)
  row level security, forced
  policy of_jobs for all to greenlane_worker using true check true
  policy operator_inserts for insert to greenlane_app check app_is_operator()
  policy operator_updates for update to greenlane_app using app_is_operator()
  policy readable for select to greenlane_app using true
  grant insert, select, update to greenlane_app
  grant insert, select, update to greenlane_worker
  comment on it: A notice, standard or page that sources announced.
  comment identity: Its own document number with the issuer, else its canonical address; with the day where two share one.
  comment document_no: Its own number as written; numbers that it cites stand in its text.
  comment issued_on: Legal day in Asia/Shanghai; null when the source gives none.
  comment search: Made by the program: words of English and pairs of characters of Chinese, folded.
  comment merged_into: The item that this one turned out to be; null for an item of its own.
  comment matched_revision_no: The revision that the queries were last matched against.

table public.item_document
  item_id uuid not null
  url text not null
  title text
  document_id uuid
  state text not null default 'pending'::text
  problem text
  seen_at timestamp with time zone not null
  constraint item_document_document_id_fkey FOREIGN KEY (document_id) REFERENCES document(id)
  constraint item_document_item_id_fkey FOREIGN KEY (item_id) REFERENCES item(id)
  constraint item_document_pkey PRIMARY KEY (item_id, url)
  constraint item_document_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'stored'::text, 'failed'::text])))
  constraint item_document_title_check CHECK (((length(title) >= 1) AND (length(title) <= 500)))
  constraint item_document_url_check CHECK (((length(url) >= 1) AND (length(url) <= 2000)))
  row level security, forced
  policy of_jobs for all to greenlane_worker using true check true
  policy operator_inserts for insert to greenlane_app check app_is_operator()
  policy operator_updates for update to greenlane_app using app_is_operator()
  policy readable for select to greenlane_app using true
  grant insert, select, update to greenlane_app
  grant insert, select, update to greenlane_worker
  comment on it: What is attached to an item: PDF, DOC, DOCX, XLS, XLSX. A changed file is another document.

table public.item_fetch
  item_id uuid not null
  url text not null
  source_id uuid not null
  kind text not null
  title text
  host text not null generated as lower("substring"(url, '^https?://([^/?#]+)'::text))
  next_check_at timestamp with time zone
  lease_token uuid
  etag text
  last_modified text
  sha256 text
  snapshot_id uuid
  text text
  document_id uuid
  text_of_document_id uuid
  failures smallint not null default 0
  problem jsonb
  first_seen_at timestamp with time zone not null
  attempted_at timestamp with time zone
  ok_at timestamp with time zone
  extractor_version integer not null default 1
  constraint item_fetch_document_id_fkey FOREIGN KEY (document_id) REFERENCES document(id)
  constraint item_fetch_failures_check CHECK ((failures >= 0))
  constraint item_fetch_item_id_fkey FOREIGN KEY (item_id) REFERENCES item(id)
  constraint item_fetch_kind_check CHECK ((kind = ANY (ARRAY['page'::text, 'file'::text])))
  constraint item_fetch_pkey PRIMARY KEY (item_id, url)
  constraint item_fetch_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
  constraint item_fetch_snapshot_id_fkey FOREIGN KEY (snapshot_id) REFERENCES snapshot(id)
  constraint item_fetch_source_id_fkey FOREIGN KEY (source_id) REFERENCES source(id)
  constraint item_fetch_text_of_document_id_fkey FOREIGN KEY (text_of_document_id) REFERENCES document(id)
  constraint item_fetch_title_check CHECK (((length(title) >= 1) AND (length(title) <= 500)))
  constraint item_fetch_url_check CHECK ((((length(url) >= 1) AND (length(url) <= 2000)) AND (url ~* '^https?://'::text)))
  CREATE INDEX item_fetch_due ON public.item_fetch USING btree (host, next_check_at) WHERE (next_check_at IS NOT NULL)
  CREATE INDEX item_fetch_due_first ON public.item_fetch USING btree (next_check_at) WHERE (next_check_at IS NOT NULL)
  CREATE INDEX item_fetch_leased ON public.item_fetch USING btree (lease_token) WHERE (lease_token IS NOT NULL)
  CREATE INDEX item_fetch_of_source ON public.item_fetch USING btree (source_id, next_check_at)
  CREATE INDEX item_fetch_unread ON public.item_fetch USING btree (document_id) WHERE ((document_id IS NOT NULL) AND (document_id IS DISTINCT FROM text_of_document_id))
  row level security, forced
  policy of_jobs for all to greenlane_worker using true check true
  policy of_operator for all to greenlane_app using app_is_operator() check app_is_operator()
  grant insert, select, update to greenlane_app
  grant insert, select, update to greenlane_worker
  comment on it: The page of an item and the files attached to it: when each is asked, and what came of it.
  comment text: What was read out of a page; the text of a file is in its document.
  comment text_of_document_id: The document whose text stands in the item, once it was read.
  comment extractor_version: Of the code that read the page last.

table public.item_revision
  item_id uuid not null
  revision_no integer not null
  title text not null
  text text not null
  text_sha256 text not null
  snapshot_id uuid
  seen_at timestamp with time zone not null
  constraint item_revision_item_id_fkey FOREIGN KEY (item_id) REFERENCES item(id)
  constraint item_revision_pkey PRIMARY KEY (item_id, revision_no)
  constraint item_revision_revision_no_check CHECK ((revision_no > 0))
  constraint item_revision_snapshot_id_fkey FOREIGN KEY (snapshot_id) REFERENCES snapshot(id)
  row level security, forced
  policy of_jobs for all to greenlane_worker using true check true
  policy operator_inserts for insert to greenlane_app check app_is_operator()
  policy operator_updates for update to greenlane_app using app_is_operator()
  policy readable for select to greenlane_app using true
  CREATE TRIGGER item_revision_stays BEFORE DELETE OR UPDATE ON public.item_revision FOR EACH ROW EXECUTE FUNCTION refuse_change()
  grant insert, select, update to greenlane_app
  grant insert, select, update to greenlane_worker
  comment on it: Each text that an item had, the present one included. A → B → A are three.

table public.item_sighting
  item_id uuid not null
  source_id uuid not null
  url text not null
  title text not null
  snapshot_id uuid
  first_seen_at timestamp with time zone not null
  last_seen_at timestamp with time zone not null
  text_sha256 text
  constraint item_sighting_item_id_fkey FOREIGN KEY (item_id) REFERENCES item(id)
  constraint item_sighting_pkey PRIMARY KEY (item_id, source_id, url)
  constraint item_sighting_snapshot_id_fkey FOREIGN KEY (snapshot_id) REFERENCES snapshot(id)
  constraint item_sighting_source_id_fkey FOREIGN KEY (source_id) REFERENCES source(id)
  constraint item_sighting_text_sha256_check CHECK ((text_sha256 ~ '^[0-9a-f]{64}$'::text))
  constraint item_sighting_title_check CHECK (((length(title) >= 1) AND (length(title) <= 1000)))
  constraint item_sighting_url_check CHECK (((length(url) >= 1) AND (length(url) <= 2000)))
  CREATE INDEX item_sighting_by_url ON public.item_sighting USING btree (url)
  CREATE INDEX item_sighting_of_source ON public.item_sighting USING btree (source_id, last_seen_at DESC)
  row level security, forced
  policy of_jobs for all to greenlane_worker using true check true
  policy operator_inserts for insert to greenlane_app check app_is_operator()
  policy operator_updates for update to greenlane_app using app_is_operator()
  policy readable for select to greenlane_app using true
  grant insert, select, update to greenlane_app
  grant insert, select, update to greenlane_worker
  comment on it: Where an item was seen, under which address and title, and in which snapshot first.
  comment text_sha256: Of the text that the source gave with the item; null where it gave none.

table public.lab_record
  id uuid not null default gen_random_uuid()
  cnas_id text not null
  name text not null
  name_zh text
  status text not null
  valid_from date
  valid_to date
  sites jsonb not null default '[]'::jsonb
  scope jsonb not null default '[]'::jsonb
  evidence text
  evidence_document_id uuid
  verified_at timestamp with time zone
  verified_by text
  note text
  recorded_at timestamp with time zone not null
  recorded_by uuid
  is_sample boolean not null default false
  sample_firm_id uuid
  constraint lab_record_check CHECK (((valid_from IS NULL) OR (valid_to IS NULL) OR (valid_from <= valid_to)))
  constraint lab_record_check1 CHECK (((status <> 'verified'::text) OR ((verified_at IS NOT NULL) AND ((evidence IS NOT NULL) OR (evidence_document_id IS NOT NULL)))))
  constraint lab_record_cnas_id_check CHECK ((cnas_id ~ '^CNAS [A-Z]{1,3}[0-9]{4,6}$'::text))
  constraint lab_record_cnas_id_recorded_at_key UNIQUE (cnas_id, recorded_at)
  constraint lab_record_evidence_check CHECK (((length(evidence) >= 1) AND (length(evidence) <= 2000)))
  constraint lab_record_evidence_document_id_fkey FOREIGN KEY (evidence_document_id) REFERENCES document(id)
  constraint lab_record_is_prompt TRIGGER DEFERRABLE INITIALLY DEFERRED
  constraint lab_record_name_check CHECK (((length(name) >= 1) AND (length(name) <= 300)))
  constraint lab_record_name_zh_check CHECK (((length(name_zh) >= 1) AND (length(name_zh) <= 300)))
  constraint lab_record_note_check CHECK (((length(note) >= 1) AND (length(note) <= 1000)))
  constraint lab_record_of_sample CHECK ((is_sample = (sample_firm_id IS NOT NULL)))
  constraint lab_record_pkey PRIMARY KEY (id)
  constraint lab_record_sample_firm_id_fkey FOREIGN KEY (sample_firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint lab_record_scope_check CHECK ((jsonb_typeof(scope) = 'array'::text))
  constraint lab_record_sites_check CHECK ((jsonb_typeof(sites) = 'array'::text))
  constraint lab_record_status_check CHECK ((status = ANY (ARRAY['verified'::text, 'unverified'::text, 'suspended'::text, 'withdrawn'::text, 'expired'::text])))
  constraint lab_record_verified_by_check CHECK (((length(verified_by) >= 1) AND (length(verified_by) <= 200)))
  CREATE INDEX lab_record_of_sample_firm ON public.lab_record USING btree (sample_firm_id) WHERE (sample_firm_id IS NOT NULL)
  row level security, forced
  policy operator_adds for insert to greenlane_app check ( SELECT app_is_operator() AS app_is_operator)
  policy readable for select to greenlane_app, greenlane_worker using ((sample_firm_id IS NULL) OR (sample_firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR (( SELECT current_setting('app.sees_samples'::text, true) AS current_setting) = 'on'::text))
  CREATE TRIGGER lab_record_follows BEFORE INSERT ON public.lab_record FOR EACH ROW EXECUTE FUNCTION lab_record_follows()
  CREATE TRIGGER lab_record_is_not_emptied BEFORE TRUNCATE ON public.lab_record FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  CREATE TRIGGER lab_record_is_of_sample BEFORE INSERT ON public.lab_record FOR EACH ROW EXECUTE FUNCTION lab_record_is_of_sample()
  CREATE CONSTRAINT TRIGGER lab_record_is_prompt AFTER INSERT ON public.lab_record DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION lab_record_is_prompt()
  CREATE TRIGGER lab_record_stays BEFORE DELETE OR UPDATE ON public.lab_record FOR EACH ROW EXECUTE FUNCTION lab_record_stays()
  grant insert, select to greenlane_app
  grant select to greenlane_worker
  comment on it: What was recorded about a laboratory, when. Append-only: the newest record that covers a day holds for it.
  comment valid_from: The first day of which the record speaks; null when it always was so.
  comment valid_to: The last day of which the record speaks; null while no end is known.
  comment scope: Accredited scope: a list of {standard, clauses, limitation}; without clauses the whole standard.
  comment evidence: What was looked at to verify it, such as the entry of the registry with its day.
  comment sample_firm_id: The sample firm that an invented laboratory was made for; null for all real ones.

table public.lab_register_head
  is_head boolean not null default true
  recorded_at timestamp with time zone not null default now()
  constraint lab_register_head_is_head_check CHECK (is_head)
  constraint lab_register_head_pkey PRIMARY KEY (is_head)
  row level security, forced
  policy lockable for update to greenlane_app using true check app_is_operator()
  policy readable for select to greenlane_app, greenlane_worker using true
  grant select to greenlane_app
  grant select to greenlane_worker
  comment on it: One row, locked by whoever adds a record: records come one after the other.

table public.mail_stop
  id uuid not null default gen_random_uuid()
  firm_id uuid
  user_id uuid
  reason text not null
  detail text
  stopped_at timestamp with time zone not null default now()
  constraint mail_stop_detail_check CHECK ((length(detail) <= 1000))
  constraint mail_stop_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint mail_stop_once UNIQUE NULLS NOT DISTINCT (firm_id, user_id)
  constraint mail_stop_pkey PRIMARY KEY (id)
  constraint mail_stop_reason_check CHECK ((reason = ANY (ARRAY['unsubscribed'::text, 'refused'::text])))
  constraint mail_stop_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth."user"(id) ON DELETE CASCADE
  row level security, forced
  policy of_jobs for all to greenlane_worker using true check true
  policy of_owner for all to greenlane_app using ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator))) check ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator)))
  grant delete, insert, select, update to greenlane_app
  grant insert, select, update to greenlane_worker
  comment on it: No mail of this firm goes to this person: they said so with one click, or their mailbox is gone.

table public.material_declaration
  id uuid not null default gen_random_uuid()
  firm_id uuid not null
  component_id uuid not null
  material text not null
  declared_by text not null
  declared_on date not null
  origin text not null
  phthalate_free boolean
  phthalate_basis text
  phthalate_detection_limit_ppm numeric
  heavy_metals jsonb not null default '[]'::jsonb
  flame_retardants text
  flame_retardant_names text
  document_id uuid
  note text
  request_id uuid
  revision integer not null default 1
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  constraint material_declaration_check CHECK (((phthalate_free IS NULL) = (phthalate_basis IS NULL)))
  constraint material_declaration_declared_by_check CHECK (((length(declared_by) >= 1) AND (length(declared_by) <= 200)))
  constraint material_declaration_document_id_fkey FOREIGN KEY (document_id) REFERENCES document(id)
  constraint material_declaration_firm_id_component_id_fkey FOREIGN KEY (firm_id, component_id) REFERENCES component(firm_id, id)
  constraint material_declaration_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint material_declaration_firm_id_id_key UNIQUE (firm_id, id)
  constraint material_declaration_flame_retardant_names_check CHECK (((length(flame_retardant_names) >= 1) AND (length(flame_retardant_names) <= 1000)))
  constraint material_declaration_flame_retardants_check CHECK ((flame_retardants = ANY (ARRAY['declared'::text, 'none'::text, 'not_declared'::text])))
  constraint material_declaration_heavy_metals_check CHECK ((jsonb_typeof(heavy_metals) = 'array'::text))
  constraint material_declaration_material_check CHECK (((length(material) >= 1) AND (length(material) <= 200)))
  constraint material_declaration_note_check CHECK (((length(note) >= 1) AND (length(note) <= 1000)))
  constraint material_declaration_origin_check CHECK ((origin = ANY (ARRAY['form'::text, 'file'::text, 'api'::text, 'supplier'::text])))
  constraint material_declaration_phthalate_basis_check CHECK ((phthalate_basis = ANY (ARRAY['claim'::text, 'evidence'::text])))
  constraint material_declaration_phthalate_detection_limit_ppm_check CHECK ((phthalate_detection_limit_ppm > (0)::numeric))
  constraint material_declaration_pkey PRIMARY KEY (id)
  constraint material_declaration_revision_check CHECK ((revision >= 1))
  CREATE INDEX material_declaration_of_component ON public.material_declaration USING btree (component_id, declared_on DESC, created_at DESC)
  CREATE INDEX material_declaration_updated ON public.material_declaration USING btree (firm_id, updated_at DESC, id DESC)
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  grant delete, insert, select, update to greenlane_app
  comment on it: What somebody declared about the material of a component, when. The newest of a component holds.
  comment phthalate_basis: A claim is a sentence; evidence is a result with its detection limit, or a report.
  comment heavy_metals: A list of {substance, operator, ppm, detection_limit_ppm}.

table public.message_template
  id uuid not null default gen_random_uuid()
  firm_id uuid
  channel text not null
  language text not null
  subject text not null
  body text not null
  updated_by text not null
  updated_at timestamp with time zone not null default now()
  constraint message_template_body_check CHECK (((length(body) >= 1) AND (length(body) <= 10000)))
  constraint message_template_channel_check CHECK ((channel = ANY (ARRAY['email'::text, 'robot'::text, 'email_digest'::text, 'robot_digest'::text])))
  constraint message_template_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint message_template_language_check CHECK ((language = ANY (ARRAY['en'::text, 'zh-CN'::text])))
  constraint message_template_once UNIQUE NULLS NOT DISTINCT (firm_id, channel, language)
  constraint message_template_pkey PRIMARY KEY (id)
  constraint message_template_subject_check CHECK (((length(subject) >= 1) AND (length(subject) <= 300)))
  constraint message_template_updated_by_check CHECK (((length(updated_by) >= 1) AND (length(updated_by) <= 200)))
  row level security, forced
  policy of_jobs for all to greenlane_worker using true check true
  policy of_owner for all to greenlane_app using ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator))) check ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator)))
  policy read_default for select to greenlane_app using (firm_id IS NULL)
  grant delete, insert, select, update to greenlane_app
  grant select to greenlane_worker
  comment on it: Subject and body with variables; the row without a firm holds for firms that have none.

table public.metric_alert
  id uuid not null default gen_random_uuid()
  firm_id uuid not null
  content jsonb not null
  is_enabled boolean not null default true
  state text not null default 'ok'::text
  state_since text
  is_told boolean not null default false
  told_count integer not null default 0
  last_period text
  last_value double precision
  no_data_since text
  evaluated_at timestamp with time zone
  revision integer not null default 1
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  constraint metric_alert_content_check CHECK ((jsonb_typeof(content) = 'object'::text))
  constraint metric_alert_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint metric_alert_last_period_check CHECK ((length(last_period) <= 20))
  constraint metric_alert_no_data_since_check CHECK ((length(no_data_since) <= 20))
  constraint metric_alert_pkey PRIMARY KEY (id)
  constraint metric_alert_revision_check CHECK ((revision >= 1))
  constraint metric_alert_state_check CHECK ((state = ANY (ARRAY['ok'::text, 'pending'::text, 'firing'::text])))
  constraint metric_alert_state_since_check CHECK ((length(state_since) <= 20))
  constraint metric_alert_told_count_check CHECK ((told_count >= 0))
  CREATE INDEX metric_alert_due ON public.metric_alert USING btree (evaluated_at NULLS FIRST) WHERE is_enabled
  CREATE INDEX metric_alert_of_firm ON public.metric_alert USING btree (firm_id, created_at DESC, id DESC)
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  policy of_jobs for select to greenlane_worker using true
  grant delete, insert, select, update to greenlane_app
  grant select to greenlane_worker
  comment on it: An alert on clearance hours: a limit, what it is held against, how long, and how it stands.
  comment is_told: Whether subscribers were told that it fires, and not yet that it has recovered.
  comment no_data_since: The first of the last periods without data, in which the state is kept; null while there are data.

table public.operator_retention
  kind text not null
  keep_days integer not null
  updated_at timestamp with time zone not null default now()
  constraint operator_retention_keep_days_check CHECK (((keep_days >= 30) AND (keep_days <= 36500)))
  constraint operator_retention_kind_check CHECK ((kind ~ '^[a-z_]+$'::text))
  constraint operator_retention_pkey PRIMARY KEY (kind)
  row level security, forced
  policy of_jobs for select to greenlane_worker using true
  policy of_operator for all to greenlane_app using ( SELECT app_is_operator() AS app_is_operator) check ( SELECT app_is_operator() AS app_is_operator)
  grant delete, insert, select, update to greenlane_app
  grant select to greenlane_worker
  comment on it: How long the operator keeps a kind of its records; without a row, for ever.

table public.pending_item
  id uuid not null default gen_random_uuid()
  slug text not null
  title text not null
  title_zh text
  authority text not null
  authority_zh text
  state text not null
  query text not null
  instrument text
  provision text
  owner_id uuid
  due_on date
  note text
  reference_key text
  reference_source text
  confirmed boolean not null default true
  edited_at timestamp with time zone
  created_at timestamp with time zone not null default now()
  reported_on date
  owner_name text
  rematch_due boolean not null default false
  constraint pending_item_authority_check CHECK (((length(authority) >= 1) AND (length(authority) <= 200)))
  constraint pending_item_authority_zh_check CHECK (((length(authority_zh) >= 1) AND (length(authority_zh) <= 200)))
  constraint pending_item_check CHECK (((reference_key IS NULL) OR (reference_source IS NOT NULL)))
  constraint pending_item_owner_name_check CHECK (((length(owner_name) >= 1) AND (length(owner_name) <= 100)))
  constraint pending_item_pkey PRIMARY KEY (id)
  constraint pending_item_query_check CHECK (((length(query) >= 1) AND (length(query) <= 4000)))
  constraint pending_item_reference_key_key UNIQUE (reference_key)
  constraint pending_item_slug_check CHECK ((slug ~ '^[a-z0-9][a-z0-9.-]{0,62}$'::text))
  constraint pending_item_slug_key UNIQUE (slug)
  constraint pending_item_state_check CHECK ((state = ANY (ARRAY['announced'::text, 'under_study'::text, 'drafted'::text, 'consultation'::text, 'issued'::text, 'in_force'::text, 'withdrawn'::text])))
  constraint pending_item_title_check CHECK (((length(title) >= 1) AND (length(title) <= 300)))
  constraint pending_item_title_zh_check CHECK (((length(title_zh) >= 1) AND (length(title_zh) <= 300)))
  row level security, forced
  policy of_jobs for all to greenlane_worker using true check true
  policy operator_inserts for insert to greenlane_app check app_is_operator()
  policy operator_updates for update to greenlane_app using app_is_operator()
  policy readable for select to greenlane_app using true
  grant insert, select, update to greenlane_app
  grant insert, select, update to greenlane_worker
  comment on it: A decision that is awaited, with the query that finds news of it.
  comment reported_on: The day as of which its first state was reported.
  comment rematch_due: Its query was written, and the archive has not been matched against it.

table public.pending_item_transition
  id bigint not null generated always as identity
  pending_item_id uuid not null
  from_state text not null
  to_state text not null
  is_step_back boolean not null
  note text
  snapshot_id uuid
  document_id uuid
  item_id uuid
  moved_by uuid
  moved_at timestamp with time zone not null default now()
  moved_by_name text
  constraint pending_item_transition_check CHECK (((snapshot_id IS NOT NULL) OR (document_id IS NOT NULL)))
  constraint pending_item_transition_check1 CHECK (((NOT is_step_back) OR (note IS NOT NULL)))
  constraint pending_item_transition_document_id_fkey FOREIGN KEY (document_id) REFERENCES document(id)
  constraint pending_item_transition_item_id_fkey FOREIGN KEY (item_id) REFERENCES item(id)
  constraint pending_item_transition_moved_by_name_check CHECK (((length(moved_by_name) >= 1) AND (length(moved_by_name) <= 200)))
  constraint pending_item_transition_note_check CHECK (((length(note) >= 1) AND (length(note) <= 2000)))
  constraint pending_item_transition_pending_item_id_fkey FOREIGN KEY (pending_item_id) REFERENCES pending_item(id)
  constraint pending_item_transition_pkey PRIMARY KEY (id)
  constraint pending_item_transition_snapshot_id_fkey FOREIGN KEY (snapshot_id) REFERENCES snapshot(id)
  constraint pending_item_transition_to_state_check CHECK ((to_state = ANY (ARRAY['announced'::text, 'under_study'::text, 'drafted'::text, 'consultation'::text, 'issued'::text, 'in_force'::text, 'withdrawn'::text])))
  CREATE INDEX pending_item_transition_of_item ON public.pending_item_transition USING btree (pending_item_id, moved_at DESC)
  row level security, forced
  policy of_jobs for all to greenlane_worker using true check true
  policy operator_inserts for insert to greenlane_app check app_is_operator()
  policy operator_updates for update to greenlane_app using app_is_operator()
  policy readable for select to greenlane_app using true
  CREATE TRIGGER pending_item_transition_stays BEFORE DELETE OR UPDATE ON public.pending_item_transition FOR EACH ROW EXECUTE FUNCTION refuse_change()
  grant insert, select, update to greenlane_app
  grant insert, select, update to greenlane_worker
  comment on it: Each step of a pending item with its evidence. A step back says why.

table public.portfolio_change
  id bigint not null generated always as identity
  firm_id uuid not null
  noun text not null
  subject_id uuid not null
  revision integer not null
  act text not null
  content jsonb not null
  actor_id uuid
  actor_name text
  at timestamp with time zone not null default now()
  transaction_id xid8 not null default pg_current_xact_id()
  constraint portfolio_change_act_check CHECK ((act = ANY (ARRAY['created'::text, 'edited'::text, 'confirmed'::text, 'deleted'::text])))
  constraint portfolio_change_actor_name_check CHECK (((length(actor_name) >= 1) AND (length(actor_name) <= 200)))
  constraint portfolio_change_content_check CHECK ((jsonb_typeof(content) = 'object'::text))
  constraint portfolio_change_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint portfolio_change_noun_check CHECK ((noun = ANY (ARRAY['product'::text, 'report'::text, 'material'::text])))
  constraint portfolio_change_pkey PRIMARY KEY (id)
  constraint portfolio_change_revision_check CHECK ((revision >= 1))
  constraint portfolio_change_subject_id_revision_key UNIQUE (subject_id, revision)
  CREATE INDEX portfolio_change_of_firm ON public.portfolio_change USING btree (firm_id, transaction_id DESC)
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  policy of_jobs for select to greenlane_worker using true
  CREATE TRIGGER portfolio_change_is_not_emptied BEFORE TRUNCATE ON public.portfolio_change FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  CREATE TRIGGER portfolio_change_stays BEFORE DELETE OR UPDATE ON public.portfolio_change FOR EACH ROW EXECUTE FUNCTION portfolio_change_stays()
  grant insert, select to greenlane_app
  comment on it: Append-only: each state that a product, report or declaration had, whole.
  comment transaction_id: Of the transaction that wrote it: a reader knows by it whether it saw the change.

table public.portfolio_import
  id uuid not null default gen_random_uuid()
  firm_id uuid
  kind text not null
  file_name text
  header text[] not null default '{}'::text[]
  received integer not null
  accepted integer not null
  unchanged integer not null
  rejected integer not null
  created_by uuid
  created_at timestamp with time zone not null default now()
  constraint portfolio_import_accepted_check CHECK ((accepted >= 0))
  constraint portfolio_import_file_name_check CHECK (((length(file_name) >= 1) AND (length(file_name) <= 300)))
  constraint portfolio_import_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint portfolio_import_kind_check CHECK ((kind = ANY (ARRAY['products'::text, 'materials'::text, 'labs'::text, 'glossary'::text])))
  constraint portfolio_import_owner CHECK (((kind = ANY (ARRAY['labs'::text, 'glossary'::text])) = (firm_id IS NULL)))
  constraint portfolio_import_pkey PRIMARY KEY (id)
  constraint portfolio_import_received_check CHECK ((received >= 0))
  constraint portfolio_import_rejected_check CHECK ((rejected >= 0))
  constraint portfolio_import_unchanged_check CHECK ((unchanged >= 0))
  CREATE INDEX portfolio_import_newest ON public.portfolio_import USING btree (firm_id, created_at DESC, id DESC)
  row level security, forced
  policy of_owner for all to greenlane_app using ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator))) check ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator)))
  grant insert, select to greenlane_app
  comment on it: One file that was loaded. Laboratories and terms belong to the operator, everything else to a firm.

table public.portfolio_import_row
  import_id uuid not null
  firm_id uuid
  line integer not null
  cells text[] not null
  problems jsonb not null
  constraint portfolio_import_row_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint portfolio_import_row_import_id_fkey FOREIGN KEY (import_id) REFERENCES portfolio_import(id) ON DELETE CASCADE
  constraint portfolio_import_row_line_check CHECK ((line >= 1))
  constraint portfolio_import_row_pkey PRIMARY KEY (import_id, line)
  constraint portfolio_import_row_problems_check CHECK ((jsonb_typeof(problems) = 'array'::text))
  row level security, forced
  policy of_owner for all to greenlane_app using ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator))) check ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator)))
  grant insert, select to greenlane_app
  comment on it: A rejected row as it came, with every reason.

table public.product
  id uuid not null default gen_random_uuid()
  firm_id uuid not null
  code text not null
  name text not null
  name_zh text
  category text
  hs_codes text[] not null default '{}'::text[]
  gtin text
  model text
  origin_province text
  revision integer not null default 1
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  constraint product_category_check CHECK (((length(category) >= 1) AND (length(category) <= 63)))
  constraint product_code_check CHECK (((length(code) >= 1) AND (length(code) <= 100)))
  constraint product_firm_id_code_key UNIQUE (firm_id, code)
  constraint product_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint product_firm_id_id_key UNIQUE (firm_id, id)
  constraint product_gtin_check CHECK ((gtin ~ '^[0-9]{14}$'::text))
  constraint product_hs_codes_check CHECK ((cardinality(hs_codes) <= 20))
  constraint product_model_check CHECK (((length(model) >= 1) AND (length(model) <= 100)))
  constraint product_name_check CHECK (((length(name) >= 1) AND (length(name) <= 300)))
  constraint product_name_zh_check CHECK (((length(name_zh) >= 1) AND (length(name_zh) <= 300)))
  constraint product_origin_province_check CHECK (((length(origin_province) >= 1) AND (length(origin_province) <= 100)))
  constraint product_pkey PRIMARY KEY (id)
  constraint product_revision_check CHECK ((revision >= 1))
  CREATE INDEX product_category ON public.product USING btree (firm_id, category)
  CREATE INDEX product_updated ON public.product USING btree (firm_id, updated_at DESC, id DESC)
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  grant delete, insert, select, update to greenlane_app
  comment on it: An article of the firm, known by the code that the firm gives it.
  comment hs_codes: Candidates, the likeliest first: sources disagree on some goods.
  comment gtin: Fourteen digits with a right check digit, shorter ones with zeros in front.

table public.product_standing
  firm_id uuid not null
  product_id uuid not null
  input_sha256 text not null
  outcome text not null
  valid_until date
  checks jsonb not null
  constraint product_standing_checks_check CHECK ((jsonb_typeof(checks) = 'array'::text))
  constraint product_standing_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint product_standing_firm_id_product_id_fkey FOREIGN KEY (firm_id, product_id) REFERENCES product(firm_id, id) ON DELETE CASCADE
  constraint product_standing_input_sha256_check CHECK ((input_sha256 ~ '^[0-9a-f]{64}$'::text))
  constraint product_standing_outcome_check CHECK ((outcome = ANY (ARRAY['green'::text, 'manual_review'::text, 'not_eligible'::text, 'unknown'::text])))
  constraint product_standing_pkey PRIMARY KEY (product_id)
  CREATE INDEX product_standing_of_firm ON public.product_standing USING btree (firm_id)
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  grant delete, insert, select, update to greenlane_app
  comment on it: The verdict on a product, declared on the day of the last look at the firm's office with its best report.
  comment input_sha256: Of what the firm itself says of the product: where it differs, the firm made the change.

table public.product_supplier
  firm_id uuid not null
  product_id uuid not null
  supplier_id uuid not null
  constraint product_supplier_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint product_supplier_firm_id_product_id_fkey FOREIGN KEY (firm_id, product_id) REFERENCES product(firm_id, id) ON DELETE CASCADE
  constraint product_supplier_firm_id_supplier_id_fkey FOREIGN KEY (firm_id, supplier_id) REFERENCES supplier(firm_id, id)
  constraint product_supplier_pkey PRIMARY KEY (product_id, supplier_id)
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  grant delete, insert, select, update to greenlane_app

table public.programme
  slug text not null
  district_code text not null
  name text not null
  name_zh text not null
  state text not null
  started_on date
  source text not null
  confirmed boolean not null
  edited_at timestamp with time zone
  constraint programme_check CHECK (((state = 'under_study'::text) = (started_on IS NULL)))
  constraint programme_district_code_fkey FOREIGN KEY (district_code) REFERENCES customs_district(code)
  constraint programme_pkey PRIMARY KEY (slug)
  constraint programme_slug_check CHECK ((slug ~ '^[a-z][a-z0-9-]{0,62}$'::text))
  constraint programme_state_check CHECK ((state = ANY (ARRAY['under_study'::text, 'launched'::text, 'ended'::text])))
  row level security, forced
  policy operator_deletes for delete to greenlane_app using app_is_operator()
  policy operator_inserts for insert to greenlane_app check app_is_operator()
  policy operator_updates for update to greenlane_app using app_is_operator()
  policy readable for select to greenlane_app, greenlane_worker using true
  grant delete, insert, select, update to greenlane_app
  grant select to greenlane_worker
  comment started_on: The day of the launch in China; empty while it is under study.

table public.provision
  id uuid not null default gen_random_uuid()
  version_id uuid not null
  position integer not null
  path text not null
  title text
  title_translation text
  text text not null
  language text not null
  translation text
  translates_sha256 text
  status text
  source text
  confirmed boolean not null default true
  constraint provision_check CHECK (((translation IS NULL) = (translates_sha256 IS NULL)))
  constraint provision_language_check CHECK ((language = ANY (ARRAY['zh-CN'::text, 'en'::text])))
  constraint provision_path_check CHECK (((length(path) >= 1) AND (length(path) <= 100)))
  constraint provision_pkey PRIMARY KEY (id)
  constraint provision_position_check CHECK ((("position" >= 1) AND ("position" <= 100000)))
  constraint provision_source_check CHECK (((length(source) >= 1) AND (length(source) <= 500)))
  constraint provision_status_check CHECK ((status = ANY (ARRAY['interpretation_pending'::text, 'interpreted'::text])))
  constraint provision_text_check CHECK ((length(text) <= 200000))
  constraint provision_title_check CHECK (((length(title) >= 1) AND (length(title) <= 1000)))
  constraint provision_title_translation_check CHECK (((length(title_translation) >= 1) AND (length(title_translation) <= 1000)))
  constraint provision_translates_sha256_check CHECK ((translates_sha256 ~ '^[0-9a-f]{64}$'::text))
  constraint provision_translation_check CHECK (((length(translation) >= 1) AND (length(translation) <= 400000)))
  constraint provision_version_id_fkey FOREIGN KEY (version_id) REFERENCES rule_version(id)
  constraint provision_version_id_path_key UNIQUE (version_id, path)
  constraint provision_version_id_position_key UNIQUE (version_id, "position")
  row level security, forced
  policy of_operator for all to greenlane_app using ( SELECT app_is_operator() AS app_is_operator) check ( SELECT app_is_operator() AS app_is_operator)
  policy published for select to greenlane_app using (EXISTS ( SELECT
   FROM rule_version v
  WHERE ((v.id = provision.version_id) AND (v.state = 'published'::text))))
  CREATE TRIGGER provision_guard BEFORE INSERT OR DELETE OR UPDATE ON public.provision FOR EACH ROW EXECUTE FUNCTION rule_part_guard()
  CREATE TRIGGER provision_is_not_emptied BEFORE TRUNCATE ON public.provision FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  grant delete, insert, select, update to greenlane_app
  comment path: The stable address of a clause: 4.12, A.2, 12.2.
  comment translates_sha256: Of the original that the translation was made from; another original means that it is older.
  comment confirmed: False where the number or the text is assumed and not read in the document itself.

table public.provision_search
  provision_id uuid not null
  version_id uuid not null
  folded text not null
  tokens tsvector not null
  indexer_version smallint not null
  constraint provision_search_pkey PRIMARY KEY (provision_id)
  constraint provision_search_provision_id_fkey FOREIGN KEY (provision_id) REFERENCES provision(id) ON DELETE CASCADE
  constraint provision_search_version_id_fkey FOREIGN KEY (version_id) REFERENCES rule_version(id)
  CREATE INDEX provision_search_tokens ON public.provision_search USING gin (tokens)
  CREATE INDEX provision_search_version ON public.provision_search USING btree (version_id)
  row level security, forced
  policy of_operator for all to greenlane_app using ( SELECT app_is_operator() AS app_is_operator) check ( SELECT app_is_operator() AS app_is_operator)
  policy published for select to greenlane_app using (EXISTS ( SELECT
   FROM rule_version v
  WHERE ((v.id = provision_search.version_id) AND (v.state = 'published'::text))))
  grant delete, insert, select, update to greenlane_app
  comment folded: Number, title, text and translation as they are compared; what the tokens find is looked up in it.
  comment indexer_version: Rows of an older one are written again.

table public.push_browser
  id uuid not null default gen_random_uuid()
  firm_id uuid
  user_id uuid not null
  endpoint text not null
  keys_sealed bytea not null
  created_at timestamp with time zone not null default now()
  last_success_at timestamp with time zone
  constraint push_browser_endpoint_check CHECK ((((length(endpoint) >= 1) AND (length(endpoint) <= 2000)) AND (endpoint ~* '^https?://'::text)))
  constraint push_browser_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint push_browser_once UNIQUE NULLS NOT DISTINCT (firm_id, user_id, endpoint)
  constraint push_browser_pkey PRIMARY KEY (id)
  constraint push_browser_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth."user"(id) ON DELETE CASCADE
  row level security, forced
  policy of_jobs for all to greenlane_worker using true check true
  policy of_owner for all to greenlane_app using ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator))) check ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator)))
  grant delete, insert, select, update to greenlane_app
  grant delete, select, update to greenlane_worker
  comment on it: Where a browser is reached by its push service; gone when the service says so.
  comment keys_sealed: p256dh and auth, as the secrets of endpoints are kept.

table public.push_key
  is_ours boolean not null default true
  public_key text not null
  private_key_sealed bytea not null
  created_at timestamp with time zone not null default now()
  constraint push_key_is_ours_check CHECK (is_ours)
  constraint push_key_pkey PRIMARY KEY (is_ours)
  grant insert, select to greenlane_app
  grant insert, select to greenlane_worker
  comment on it: The one pair of VAPID: a new one would cut every browser off.

table public.query_set
  id smallint not null default 1
  version uuid not null default gen_random_uuid()
  constraint query_set_id_check CHECK ((id = 1))
  constraint query_set_pkey PRIMARY KEY (id)
  row level security, forced
  policy of_jobs for all to greenlane_worker using true check true
  policy operator_updates for update to greenlane_app using app_is_operator()
  policy readable for select to greenlane_app using true
  grant select, update to greenlane_app
  grant select, update to greenlane_worker
  comment on it: One row, whose version changes with the queries of pending items.

table public.receipt_status
  vendor text not null default 'default'::text
  code text not null
  event text not null
  meaning text not null
  meaning_zh text
  source text not null
  confirmed boolean not null
  edited_at timestamp with time zone
  reopens boolean not null default false
  alternatives text[] not null default '{}'::text[]
  constraint receipt_status_code_check CHECK (((length(code) >= 1) AND (length(code) <= 20)))
  constraint receipt_status_event_check CHECK ((event = ANY (ARRAY['submitted'::text, 'accepted'::text, 'docs'::text, 'rejected'::text, 'reviewed'::text, 'hold'::text, 'inspect'::text, 'released'::text, 'gate'::text, 'void'::text, 'closed'::text, 'other'::text])))
  constraint receipt_status_pkey PRIMARY KEY (vendor, code)
  constraint receipt_status_vendor_check CHECK ((vendor ~ '^[a-z0-9-]{1,40}$'::text))
  constraint receipt_status_vendor_fkey FOREIGN KEY (vendor) REFERENCES receipt_vendor(vendor)
  row level security, forced
  policy operator_deletes for delete to greenlane_app using app_is_operator()
  policy operator_inserts for insert to greenlane_app check app_is_operator()
  policy operator_updates for update to greenlane_app using app_is_operator()
  policy readable for select to greenlane_app, greenlane_worker using true
  grant delete, insert, select, update to greenlane_app
  grant select to greenlane_worker
  comment on it: What a receipt code of a vendor means; vendors differ, so that the operator edits it.
  comment reopens: A release before it no longer counts.
  comment alternatives: The events that vendors who disagree mean by it.

table public.receipt_vendor
  vendor text not null
  name text not null
  name_zh text
  extends_default boolean not null default true
  source text not null
  confirmed boolean not null
  edited_at timestamp with time zone
  constraint receipt_vendor_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)))
  constraint receipt_vendor_name_zh_check CHECK (((length(name_zh) >= 1) AND (length(name_zh) <= 200)))
  constraint receipt_vendor_pkey PRIMARY KEY (vendor)
  constraint receipt_vendor_vendor_check CHECK ((vendor ~ '^[a-z0-9-]{1,40}$'::text))
  row level security, forced
  policy operator_deletes for delete to greenlane_app using app_is_operator()
  policy operator_inserts for insert to greenlane_app check app_is_operator()
  policy operator_updates for update to greenlane_app using app_is_operator()
  policy readable for select to greenlane_app, greenlane_worker using true
  grant delete, insert, select, update to greenlane_app
  grant select to greenlane_worker
  comment on it: A system that sends receipts with codes of its own.
  comment extends_default: Codes that its table lacks mean what they mean in the common table.

table public.register_state
  sha256 text not null
  content text not null
  constraint register_state_check CHECK ((sha256 = encode(sha256(convert_to(content, 'UTF8'::name)), 'hex'::text)))
  constraint register_state_pkey PRIMARY KEY (sha256)
  row level security, forced
  policy addable for insert to greenlane_app check true
  policy of_samples_goes for delete to greenlane_app using ( SELECT app_is_operator() AS app_is_operator)
  policy readable for select to greenlane_app, greenlane_worker using true
  CREATE TRIGGER register_state_is_not_emptied BEFORE TRUNCATE ON public.register_state FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  CREATE TRIGGER register_state_stays BEFORE DELETE OR UPDATE ON public.register_state FOR EACH ROW EXECUTE FUNCTION register_state_stays()
  grant delete, insert, select to greenlane_app
  grant select to greenlane_worker
  comment on it: What a register said when it was asked, by the hash of its text: decisions name it. Holds entries of the operator's registers and nothing of a firm.

table public.report
  id uuid not null default gen_random_uuid()
  firm_id uuid not null
  product_id uuid
  state text not null
  origin text not null
  report_no text not null
  report_no_key text not null
  lab_cnas_id text
  lab_name text
  lab_site text
  cma_no text
  issued_on date
  received_on date
  tested_from date
  tested_to date
  applicant_name text
  applicant_uscc text
  product_name text
  product_model text
  category text
  age_grade text
  batch text
  standard text
  scope text
  replaces text
  replaces_key text
  overall_verdict text
  language text
  people jsonb not null default '{}'::jsonb
  items jsonb not null default '[]'::jsonb
  note text
  confirmed_at timestamp with time zone
  confirmed_by uuid
  revision integer not null default 1
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  constraint report_age_grade_check CHECK (((length(age_grade) >= 1) AND (length(age_grade) <= 100)))
  constraint report_applicant_name_check CHECK (((length(applicant_name) >= 1) AND (length(applicant_name) <= 300)))
  constraint report_applicant_uscc_check CHECK (((length(applicant_uscc) >= 1) AND (length(applicant_uscc) <= 18)))
  constraint report_batch_check CHECK (((length(batch) >= 1) AND (length(batch) <= 100)))
  constraint report_category_check CHECK (((length(category) >= 1) AND (length(category) <= 63)))
  constraint report_check CHECK (((tested_from IS NULL) OR (tested_to IS NULL) OR (tested_from <= tested_to)))
  constraint report_check1 CHECK (((state = 'draft'::text) OR (issued_on IS NOT NULL)))
  constraint report_cma_no_check CHECK (((length(cma_no) >= 1) AND (length(cma_no) <= 60)))
  constraint report_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint report_firm_id_id_key UNIQUE (firm_id, id)
  constraint report_firm_id_product_id_fkey FOREIGN KEY (firm_id, product_id) REFERENCES product(firm_id, id) ON DELETE SET NULL (product_id)
  constraint report_firm_id_report_no_key_lab_cnas_id_key UNIQUE NULLS NOT DISTINCT (firm_id, report_no_key, lab_cnas_id)
  constraint report_items_check CHECK ((jsonb_typeof(items) = 'array'::text))
  constraint report_lab_cnas_id_check CHECK (((length(lab_cnas_id) >= 1) AND (length(lab_cnas_id) <= 40)))
  constraint report_lab_name_check CHECK (((length(lab_name) >= 1) AND (length(lab_name) <= 300)))
  constraint report_lab_site_check CHECK (((length(lab_site) >= 1) AND (length(lab_site) <= 300)))
  constraint report_language_check CHECK ((language = ANY (ARRAY['zh'::text, 'en'::text, 'both'::text])))
  constraint report_note_check CHECK (((length(note) >= 1) AND (length(note) <= 2000)))
  constraint report_origin_check CHECK ((origin = ANY (ARRAY['form'::text, 'file'::text, 'api'::text, 'pdf'::text])))
  constraint report_overall_verdict_check CHECK ((overall_verdict = ANY (ARRAY['pass'::text, 'fail'::text, 'not_applicable'::text])))
  constraint report_people_check CHECK ((jsonb_typeof(people) = 'object'::text))
  constraint report_pkey PRIMARY KEY (id)
  constraint report_product_model_check CHECK (((length(product_model) >= 1) AND (length(product_model) <= 100)))
  constraint report_product_name_check CHECK (((length(product_name) >= 1) AND (length(product_name) <= 300)))
  constraint report_replaces_check CHECK (((length(replaces) >= 1) AND (length(replaces) <= 100)))
  constraint report_replaces_key_check CHECK (((length(replaces_key) >= 1) AND (length(replaces_key) <= 100)))
  constraint report_report_no_check CHECK (((length(report_no) >= 1) AND (length(report_no) <= 100)))
  constraint report_report_no_key_check CHECK (((length(report_no_key) >= 1) AND (length(report_no_key) <= 100)))
  constraint report_revision_check CHECK ((revision >= 1))
  constraint report_scope_check CHECK ((scope = ANY (ARRAY['full'::text, 'partial'::text])))
  constraint report_standard_check CHECK (((length(standard) >= 1) AND (length(standard) <= 100)))
  constraint report_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'confirmed'::text])))
  CREATE INDEX report_of_product ON public.report USING btree (product_id) WHERE (product_id IS NOT NULL)
  CREATE INDEX report_replaced ON public.report USING btree (firm_id, replaces_key) WHERE (replaces_key IS NOT NULL)
  CREATE INDEX report_updated ON public.report USING btree (firm_id, updated_at DESC, id DESC)
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  grant delete, insert, select, update to greenlane_app
  comment on it: A test report. Nothing is decided on a draft: a person has to confirm what was read from a file.
  comment standard: As the report cites it, dated or not.
  comment scope: What the report claims of itself; the tests that are in it decide.
  comment replaces: The number of the report that this amended one takes the place of (ISO/IEC 17025:2017 7.8.8).
  comment people: Inspector, reviewer, signatory: personal names, left out of exports unless asked for.
  comment items: The tests in the order of the report.

table public.report_document
  firm_id uuid not null
  report_id uuid not null
  document_id uuid not null
  role text not null
  constraint report_document_document_id_fkey FOREIGN KEY (document_id) REFERENCES document(id)
  constraint report_document_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint report_document_firm_id_report_id_fkey FOREIGN KEY (firm_id, report_id) REFERENCES report(firm_id, id) ON DELETE CASCADE
  constraint report_document_pkey PRIMARY KEY (report_id, document_id)
  constraint report_document_role_check CHECK ((role = ANY (ARRAY['report'::text, 'photo'::text, 'other'::text])))
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  grant delete, insert, select, update to greenlane_app

table public.retention
  firm_id uuid not null
  kind text not null
  keep_days integer not null
  updated_at timestamp with time zone not null default now()
  constraint retention_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint retention_keep_days_check CHECK (((keep_days >= 30) AND (keep_days <= 36500)))
  constraint retention_kind_check CHECK ((kind ~ '^[a-z_]+$'::text))
  constraint retention_pkey PRIMARY KEY (firm_id, kind)
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  policy of_jobs for select to greenlane_worker using true
  grant delete, insert, select, update to greenlane_app
  grant select to greenlane_worker
  comment on it: How long a firm keeps a kind of record; without a row, for ever.

table public.retry_step
  attempt integer not null
  delay_seconds integer not null
  constraint retry_step_attempt_check CHECK ((attempt >= 1))
  constraint retry_step_delay_seconds_check CHECK ((delay_seconds > 0))
  constraint retry_step_pkey PRIMARY KEY (attempt)
  grant select to greenlane_app
  grant select to greenlane_worker
  comment on it: How long to wait after the attempt of this number has failed; past the last one a delivery is dead.

table public.rule_act
  id bigint not null generated always as identity
  version_id uuid not null
  act text not null
  actor_kind text not null
  actor_id uuid not null
  actor_name text not null
  at timestamp with time zone not null
  content_sha256 text
  is_one_person boolean not null default false
  reason text
  constraint rule_act_act_check CHECK ((act = ANY (ARRAY['captured'::text, 'drafted'::text, 'edited'::text, 'approved'::text, 'published'::text, 'withdrawn'::text])))
  constraint rule_act_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['person'::text, 'key'::text, 'reference'::text])))
  constraint rule_act_actor_name_check CHECK (((length(actor_name) >= 1) AND (length(actor_name) <= 200)))
  constraint rule_act_check CHECK (((act <> 'approved'::text) OR (content_sha256 IS NOT NULL)))
  constraint rule_act_check1 CHECK (((act <> 'withdrawn'::text) OR (reason IS NOT NULL)))
  constraint rule_act_content_sha256_check CHECK ((content_sha256 ~ '^[0-9a-f]{64}$'::text))
  constraint rule_act_pkey PRIMARY KEY (id)
  constraint rule_act_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 2000)))
  constraint rule_act_version_id_fkey FOREIGN KEY (version_id) REFERENCES rule_version(id)
  CREATE INDEX rule_act_of_version ON public.rule_act USING btree (version_id, id)
  CREATE UNIQUE INDEX rule_act_once ON public.rule_act USING btree (version_id, act) WHERE (act = ANY (ARRAY['published'::text, 'withdrawn'::text]))
  row level security, forced
  policy of_operator for all to greenlane_app using ( SELECT app_is_operator() AS app_is_operator) check ( SELECT app_is_operator() AS app_is_operator)
  policy published for select to greenlane_app using (EXISTS ( SELECT
   FROM rule_version v
  WHERE ((v.id = rule_act.version_id) AND (v.state = 'published'::text))))
  CREATE TRIGGER rule_act_guard BEFORE INSERT ON public.rule_act FOR EACH ROW EXECUTE FUNCTION rule_act_guard()
  CREATE TRIGGER rule_act_is_not_emptied BEFORE TRUNCATE ON public.rule_act FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  CREATE TRIGGER rule_act_stays BEFORE DELETE OR UPDATE ON public.rule_act FOR EACH ROW EXECUTE FUNCTION refuse_change()
  grant insert, select to greenlane_app
  comment on it: What was done with a version. The name is kept as it was, for when the account is gone.
  comment content_sha256: What an approval covers: it counts only while the version still has this content.
  comment is_one_person: The approver had also written the text, as the operator allowed at that time.

table public.rule_chain_head
  is_only boolean not null default true
  sequence bigint not null default 0
  sha256 text not null default repeat('0'::text, 64)
  recorded_at timestamp with time zone not null default '-infinity'::timestamp with time zone
  constraint rule_chain_head_is_only_check CHECK (is_only)
  constraint rule_chain_head_pkey PRIMARY KEY (is_only)
  constraint rule_chain_head_sequence_check CHECK ((sequence >= 0))
  constraint rule_chain_head_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
  row level security, forced
  policy of_operator for update to greenlane_app using true check ( SELECT app_is_operator() AS app_is_operator)
  policy readable for select to greenlane_app, greenlane_worker using true
  CREATE TRIGGER rule_chain_head_guard BEFORE DELETE OR UPDATE ON public.rule_chain_head FOR EACH ROW EXECUTE FUNCTION rule_chain_head_guard()
  CREATE TRIGGER rule_chain_head_is_not_emptied BEFORE TRUNCATE ON public.rule_chain_head FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  grant select, update to greenlane_app
  grant select to greenlane_worker
  comment on it: The last link, one row. Whoever adds a link locks it first.

table public.rule_chain_link
  sequence bigint not null
  kind text not null
  version_id uuid not null
  content_sha256 text not null
  parts jsonb not null default '{}'::jsonb
  recorded_at timestamp with time zone not null
  previous_sha256 text not null
  sha256 text not null
  constraint rule_chain_is_prompt TRIGGER DEFERRABLE INITIALLY DEFERRED
  constraint rule_chain_link_content_sha256_check CHECK ((content_sha256 ~ '^[0-9a-f]{64}$'::text))
  constraint rule_chain_link_kind_check CHECK ((kind = ANY (ARRAY['approval'::text, 'publication'::text, 'withdrawal'::text])))
  constraint rule_chain_link_parts_check CHECK ((jsonb_typeof(parts) = 'object'::text))
  constraint rule_chain_link_pkey PRIMARY KEY (sequence)
  constraint rule_chain_link_previous_sha256_check CHECK ((previous_sha256 ~ '^[0-9a-f]{64}$'::text))
  constraint rule_chain_link_sequence_check CHECK ((sequence >= 1))
  constraint rule_chain_link_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
  constraint rule_chain_link_sha256_key UNIQUE (sha256)
  constraint rule_chain_link_version_id_fkey FOREIGN KEY (version_id) REFERENCES rule_version(id)
  constraint rule_chain_link_version_id_kind_key UNIQUE (version_id, kind)
  row level security, forced
  policy of_operator for insert to greenlane_app check ( SELECT app_is_operator() AS app_is_operator)
  policy readable for select to greenlane_app using true
  CREATE TRIGGER rule_chain_follows AFTER INSERT ON public.rule_chain_link FOR EACH ROW EXECUTE FUNCTION rule_chain_follows()
  CREATE CONSTRAINT TRIGGER rule_chain_is_prompt AFTER INSERT ON public.rule_chain_link DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rule_chain_is_prompt()
  CREATE TRIGGER rule_chain_link_is_not_emptied BEFORE TRUNCATE ON public.rule_chain_link FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  CREATE TRIGGER rule_chain_link_stays BEFORE DELETE OR UPDATE ON public.rule_chain_link FOR EACH ROW EXECUTE FUNCTION refuse_change()
  grant insert, select to greenlane_app
  comment on it: Append-only. One changed byte of a record breaks its link and every later one.
  comment parts: Hashes of the parts of a published version, to name the part that was changed.

table public.rule_relation
  version_id uuid not null
  position smallint not null
  kind text not null
  to_slug text not null
  paths text[] not null default '{}'::text[]
  note text
  constraint rule_relation_kind_check CHECK ((kind = ANY (ARRAY['replaces'::text, 'partly_replaces'::text, 'interprets'::text, 'implements'::text])))
  constraint rule_relation_note_check CHECK ((length(note) <= 1000))
  constraint rule_relation_paths_check CHECK ((cardinality(paths) <= 500))
  constraint rule_relation_pkey PRIMARY KEY (version_id, "position")
  constraint rule_relation_position_check CHECK ((("position" >= 1) AND ("position" <= 500)))
  constraint rule_relation_to_slug_fkey FOREIGN KEY (to_slug) REFERENCES instrument(slug)
  constraint rule_relation_version_id_fkey FOREIGN KEY (version_id) REFERENCES rule_version(id)
  constraint rule_relation_version_id_kind_to_slug_key UNIQUE (version_id, kind, to_slug)
  CREATE INDEX rule_relation_to ON public.rule_relation USING btree (to_slug)
  row level security, forced
  policy of_operator for all to greenlane_app using ( SELECT app_is_operator() AS app_is_operator) check ( SELECT app_is_operator() AS app_is_operator)
  policy published for select to greenlane_app using (EXISTS ( SELECT
   FROM rule_version v
  WHERE ((v.id = rule_relation.version_id) AND (v.state = 'published'::text))))
  CREATE TRIGGER rule_relation_guard BEFORE INSERT OR DELETE OR UPDATE ON public.rule_relation FOR EACH ROW EXECUTE FUNCTION rule_part_guard()
  CREATE TRIGGER rule_relation_is_not_emptied BEFORE TRUNCATE ON public.rule_relation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  grant delete, insert, select, update to greenlane_app
  comment on it: How the instrument of this version stands to another one, as approved with the version.
  comment paths: The provisions of the other instrument that it is about; empty for the whole.

table public.rule_setting
  is_only boolean not null default true
  allows_one_person boolean not null default false
  changed_at timestamp with time zone not null default now()
  changed_by text
  constraint rule_setting_is_only_check CHECK (is_only)
  constraint rule_setting_pkey PRIMARY KEY (is_only)
  row level security, forced
  policy of_operator for all to greenlane_app using ( SELECT app_is_operator() AS app_is_operator) check ( SELECT app_is_operator() AS app_is_operator)
  grant select, update to greenlane_app
  comment on it: How the operator works with rules; one row.
  comment allows_one_person: Whether an author may approve the own text; the record of the approval then says so.

table public.rule_version
  id uuid not null default gen_random_uuid()
  instrument_id uuid not null
  state text not null default 'draft'::text
  revision integer not null default 1
  label text not null
  title text not null
  title_translation text
  stage text not null default 'published'::text
  valid_from date
  valid_to date
  is_repeal boolean not null default false
  transition_until date
  partly_replaced_from date
  comment_until date
  signed_on date
  issued_on date
  corrects uuid
  based_on uuid
  source_url text
  source_title text
  document_id uuid
  document_sha256 text
  snapshot_id uuid
  confirmed boolean not null default true
  note text
  note_zh text
  topics text[] not null default '{}'::text[]
  parameters jsonb
  content_sha256 text not null
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  recorded_at timestamp with time zone
  sequence bigint
  without_text boolean not null default false
  constraint rule_version_based_on_fkey FOREIGN KEY (based_on) REFERENCES rule_version(id)
  constraint rule_version_check CHECK (((document_id IS NULL) = (document_sha256 IS NULL)))
  constraint rule_version_check1 CHECK (((state = 'published'::text) = (recorded_at IS NOT NULL)))
  constraint rule_version_check2 CHECK (((recorded_at IS NULL) = (sequence IS NULL)))
  constraint rule_version_check3 CHECK (((NOT is_repeal) OR (parameters IS NULL)))
  constraint rule_version_content_sha256_check CHECK ((content_sha256 ~ '^[0-9a-f]{64}$'::text))
  constraint rule_version_corrects_fkey FOREIGN KEY (corrects) REFERENCES rule_version(id)
  constraint rule_version_document_id_fkey FOREIGN KEY (document_id) REFERENCES document(id)
  constraint rule_version_document_sha256_check CHECK ((document_sha256 ~ '^[0-9a-f]{64}$'::text))
  constraint rule_version_instrument_id_fkey FOREIGN KEY (instrument_id) REFERENCES instrument(id)
  constraint rule_version_is_linked TRIGGER DEFERRABLE INITIALLY DEFERRED
  constraint rule_version_label_check CHECK (((length(label) >= 1) AND (length(label) <= 200)))
  constraint rule_version_note_check CHECK ((length(note) <= 4000))
  constraint rule_version_note_zh_check CHECK ((length(note_zh) <= 4000))
  constraint rule_version_parameters_check CHECK ((jsonb_typeof(parameters) = 'object'::text))
  constraint rule_version_pkey PRIMARY KEY (id)
  constraint rule_version_revision_check CHECK ((revision >= 1))
  constraint rule_version_sequence_key UNIQUE (sequence)
  constraint rule_version_source_title_check CHECK (((length(source_title) >= 1) AND (length(source_title) <= 500)))
  constraint rule_version_source_url_check CHECK (((source_url ~ '^https?://'::text) AND (length(source_url) <= 2000)))
  constraint rule_version_stage_check CHECK ((stage = ANY (ARRAY['proposed'::text, 'consultation'::text, 'approval_draft'::text, 'published'::text])))
  constraint rule_version_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'approved'::text, 'published'::text, 'withdrawn'::text])))
  constraint rule_version_title_check CHECK (((length(title) >= 1) AND (length(title) <= 500)))
  constraint rule_version_title_translation_check CHECK (((length(title_translation) >= 1) AND (length(title_translation) <= 500)))
  constraint rule_version_topics_check CHECK ((cardinality(topics) <= 100))
  CREATE INDEX rule_version_corrects ON public.rule_version USING btree (corrects) WHERE (corrects IS NOT NULL)
  CREATE INDEX rule_version_newest ON public.rule_version USING btree (sequence DESC) WHERE (state = 'published'::text)
  CREATE INDEX rule_version_of_instrument ON public.rule_version USING btree (instrument_id, recorded_at)
  CREATE INDEX rule_version_unpublished ON public.rule_version USING btree (updated_at DESC, id) WHERE (state = ANY (ARRAY['draft'::text, 'approved'::text]))
  row level security, forced
  policy of_jobs for select to greenlane_worker using (snapshot_id IS NOT NULL)
  policy of_operator for all to greenlane_app using ( SELECT app_is_operator() AS app_is_operator) check ( SELECT app_is_operator() AS app_is_operator)
  policy published for select to greenlane_app using (state = 'published'::text)
  CREATE TRIGGER rule_version_guard BEFORE INSERT OR DELETE OR UPDATE ON public.rule_version FOR EACH ROW EXECUTE FUNCTION rule_version_guard()
  CREATE TRIGGER rule_version_is_approved BEFORE UPDATE ON public.rule_version FOR EACH ROW WHEN ((new.state = ANY (ARRAY['approved'::text, 'published'::text]))) EXECUTE FUNCTION rule_version_is_approved()
  CREATE CONSTRAINT TRIGGER rule_version_is_linked AFTER UPDATE ON public.rule_version DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.state = 'published'::text)) EXECUTE FUNCTION rule_version_is_linked()
  CREATE TRIGGER rule_version_is_not_emptied BEFORE TRUNCATE ON public.rule_version FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  grant insert, select, update to greenlane_app
  comment on it: One state of the text of an instrument, from draft to publication. A published row is final.
  comment state: The workflow. A published record that was taken back stays published here; the act stands in rule_act.
  comment revision: Counts the saves of a draft, so that two editors notice each other.
  comment stage: What the issuer has done with this text; only a published one has force.
  comment corrects: The record that was never the law as stated (postponed, wrong date); empty for an amendment.
  comment document_sha256: Of the stored document at the time of drafting: what the text was taken from.
  comment confirmed: False where the text is known as reported only.
  comment topics: What the text is known to deal with, while nobody knows in which clause.
  comment content_sha256: Of everything that an approval covers, as canonical JSON.
  comment recorded_at: The moment of publication: from then on it was known. In whole milliseconds, and never the same twice.
  comment sequence: Its link in the hash chain, which orders records of one moment.
  comment without_text: The text is not held here; its dates, numbers of clauses or parameters are.

table public.saved_search
  id uuid not null default gen_random_uuid()
  firm_id uuid
  name text not null
  query text not null
  created_by text not null
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  constraint saved_search_created_by_check CHECK (((length(created_by) >= 1) AND (length(created_by) <= 200)))
  constraint saved_search_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint saved_search_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100)))
  constraint saved_search_named_once UNIQUE NULLS NOT DISTINCT (firm_id, name)
  constraint saved_search_pkey PRIMARY KEY (id)
  constraint saved_search_query_check CHECK (((length(query) >= 1) AND (length(query) <= 4000)))
  row level security, forced
  policy of_jobs for all to greenlane_worker using true check true
  policy of_owner for all to greenlane_app using ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator))) check ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator)))
  grant delete, insert, select, update to greenlane_app
  grant select to greenlane_worker
  comment on it: A query of the watch under a name; of a firm, or of the operator.

table public.signal
  id uuid not null default gen_random_uuid()
  pending_item_id uuid not null
  item_id uuid not null
  item_revision_no integer not null
  query text not null
  spans jsonb not null
  score real not null
  state text not null default 'open'::text
  reason text
  decided_by uuid
  decided_at timestamp with time zone
  created_at timestamp with time zone not null default now()
  from_archive boolean not null default false
  decided_by_name text
  draft_version_id uuid
  constraint signal_check CHECK (((state = 'open'::text) = (decided_at IS NULL)))
  constraint signal_decided_by_name_check CHECK (((length(decided_by_name) >= 1) AND (length(decided_by_name) <= 200)))
  constraint signal_draft_version_id_fkey FOREIGN KEY (draft_version_id) REFERENCES rule_version(id)
  constraint signal_item_id_fkey FOREIGN KEY (item_id) REFERENCES item(id)
  constraint signal_pending_item_id_fkey FOREIGN KEY (pending_item_id) REFERENCES pending_item(id)
  constraint signal_pending_item_id_item_id_key UNIQUE (pending_item_id, item_id)
  constraint signal_pkey PRIMARY KEY (id)
  constraint signal_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 2000)))
  constraint signal_score_check CHECK ((score >= (0)::double precision))
  constraint signal_spans_check CHECK ((jsonb_typeof(spans) = 'array'::text))
  constraint signal_state_check CHECK ((state = ANY (ARRAY['open'::text, 'confirmed'::text, 'dismissed'::text, 'duplicate'::text])))
  CREATE INDEX signal_by_state ON public.signal USING btree (state, created_at DESC, id DESC)
  CREATE INDEX signal_of_item ON public.signal USING btree (item_id)
  row level security, forced
  policy of_jobs for all to greenlane_worker using true check true
  policy operator_inserts for insert to greenlane_app check app_is_operator()
  policy operator_updates for update to greenlane_app using app_is_operator()
  policy readable for select to greenlane_app using ((state = 'confirmed'::text) OR app_is_operator())
  grant insert, select, update to greenlane_app
  grant insert, select, update to greenlane_worker
  comment on it: An item that a pending item's query found; a person decides what it is worth.
  comment query: The query as it was when it found the item.
  comment from_archive: Found in what was stored before the query was written: no news.
  comment draft_version_id: The draft of a rule that was opened from it.

table public.snapshot
  id uuid not null default gen_random_uuid()
  source_id uuid not null
  kind text not null
  url text not null
  sha256 text not null
  content bytea not null
  byte_count integer not null
  content_type text
  status smallint
  headers jsonb not null default '{}'::jsonb
  fetched_at timestamp with time zone not null default now()
  captured_by uuid
  text_sha256 text
  constraint snapshot_byte_count_check CHECK ((byte_count >= 0))
  constraint snapshot_kind_check CHECK ((kind = ANY (ARRAY['list'::text, 'detail'::text, 'manual'::text])))
  constraint snapshot_pkey PRIMARY KEY (id)
  constraint snapshot_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
  constraint snapshot_source_id_fkey FOREIGN KEY (source_id) REFERENCES source(id)
  constraint snapshot_text_sha256_check CHECK ((text_sha256 ~ '^[0-9a-f]{64}$'::text))
  constraint snapshot_url_check CHECK (((length(url) >= 1) AND (length(url) <= 2000)))
  CREATE INDEX snapshot_latest ON public.snapshot USING btree (source_id, url, fetched_at DESC, id DESC)
  CREATE INDEX snapshot_newest ON public.snapshot USING btree (source_id, fetched_at DESC, id DESC)
  row level security, forced
  policy of_jobs for all to greenlane_worker using true check true
  policy of_operator for all to greenlane_app using app_is_operator() check app_is_operator()
  CREATE TRIGGER snapshot_is_not_emptied BEFORE TRUNCATE ON public.snapshot FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  CREATE TRIGGER snapshot_stays BEFORE DELETE OR UPDATE ON public.snapshot FOR EACH ROW EXECUTE FUNCTION snapshot_stays()
  grant insert, select, update to greenlane_app
  grant delete, insert, select, update to greenlane_worker
  comment on it: What a source answered, byte for byte (content is compressed with zstd). Written when it differs from the latest one of its address.
  comment captured_by: The person or key that brought a saved page; null when it was fetched.
  comment text_sha256: Of the text that was read out of it, by which a change is judged.

table public.source
  id uuid not null default gen_random_uuid()
  slug text not null
  name text not null
  kind text not null
  url text not null
  language text not null default 'zh-CN'::text
  authority text
  interval_minutes integer not null default 60
  expected_update_days integer
  settings jsonb not null default '{}'::jsonb
  charset text
  is_enabled boolean not null default true
  needs text
  needs_zh text
  reference_key text
  reference_source text
  confirmed boolean not null default true
  edited_at timestamp with time zone
  created_at timestamp with time zone not null default now()
  deleted_at timestamp with time zone
  next_check_at timestamp with time zone
  etag text
  last_modified text
  health text not null default 'new'::text
  health_since timestamp with time zone not null default now()
  problem jsonb
  failures integer not null default 0
  last_attempt_at timestamp with time zone
  last_ok_at timestamp with time zone
  last_new_item_at timestamp with time zone
  last_item_count integer
  host text not null generated as lower("substring"(url, '^https?://([^/?#]+)'::text))
  name_zh text
  wall text
  not_before timestamp with time zone
  later_pages jsonb
  extractor_version integer not null default 1
  constraint source_authority_check CHECK (((length(authority) >= 1) AND (length(authority) <= 200)))
  constraint source_charset_check CHECK (((length(charset) >= 1) AND (length(charset) <= 40)))
  constraint source_check CHECK (((reference_key IS NULL) OR (reference_source IS NOT NULL)))
  constraint source_expected_update_days_check CHECK (((expected_update_days >= 1) AND (expected_update_days <= 3650)))
  constraint source_failures_check CHECK ((failures >= 0))
  constraint source_health_check CHECK ((health = ANY (ARRAY['new'::text, 'healthy'::text, 'silent'::text, 'changed_layout'::text, 'blocked'::text, 'failing'::text, 'paused'::text])))
  constraint source_interval_minutes_check CHECK (((interval_minutes >= 5) AND (interval_minutes <= 10080)))
  constraint source_kind_check CHECK ((kind = ANY (ARRAY['feed'::text, 'html_list'::text, 'page'::text, 'json'::text, 'manual'::text])))
  constraint source_language_check CHECK ((language ~ '^[a-z]{2}(-[A-Za-z0-9]+)*$'::text))
  constraint source_later_pages_check CHECK (((jsonb_typeof(later_pages) = 'array'::text) AND ((jsonb_array_length(later_pages) >= 1) AND (jsonb_array_length(later_pages) <= 100))))
  constraint source_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)))
  constraint source_name_zh_check CHECK (((length(name_zh) >= 1) AND (length(name_zh) <= 200)))
  constraint source_needs_check CHECK (((length(needs) >= 1) AND (length(needs) <= 500)))
  constraint source_needs_zh_check CHECK (((length(needs_zh) >= 1) AND (length(needs_zh) <= 500)))
  constraint source_pkey PRIMARY KEY (id)
  constraint source_reference_key_key UNIQUE (reference_key)
  constraint source_settings_check CHECK ((jsonb_typeof(settings) = 'object'::text))
  constraint source_slug_check CHECK ((slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'::text))
  constraint source_slug_key UNIQUE (slug)
  constraint source_url_check CHECK ((((length(url) >= 1) AND (length(url) <= 2000)) AND (url ~* '^https?://'::text)))
  constraint source_wall_check CHECK ((wall = ANY (ARRAY['ruishu'::text, 'jiasule'::text, 'challenge'::text, 'captcha'::text, 'shell'::text])))
  CREATE INDEX source_due_of_host ON public.source USING btree (host, next_check_at) WHERE (next_check_at IS NOT NULL)
  row level security, forced
  policy of_jobs for all to greenlane_worker using true check true
  policy of_operator for all to greenlane_app using app_is_operator() check app_is_operator()
  grant insert, select, update to greenlane_app
  grant insert, select, update to greenlane_worker
  comment on it: An address that is watched for news, with how to read it, how it fares and when it is due.
  comment settings: How items are found, as the schema of sources in the code says: selectors, json, inner, pages, filter.
  comment needs: What a person has to set before it can be watched, such as a column id.
  comment next_check_at: When it is due; null when it is not to be fetched. Who asks holds the gate of its host.
  comment problem: Why the last check did not succeed: { code, params }.
  comment failures: Checks in a row that did not succeed.
  comment wall: The wall that is known to stand there; no robot passes it and none is tried.
  comment not_before: Until when its server asked to be left alone (Retry-After); no person's wish goes before it.
  comment later_pages: Further pages of its list that are read next: the pause of the host left no time for them.
  comment extractor_version: Of the code that read its lists last.

table public.source_health_change
  id bigint not null generated always as identity
  source_id uuid not null
  health text not null
  health_before text not null
  problem jsonb
  changed_at timestamp with time zone not null
  constraint source_health_change_pkey PRIMARY KEY (id)
  constraint source_health_change_source_id_fkey FOREIGN KEY (source_id) REFERENCES source(id)
  CREATE INDEX source_health_change_of_source ON public.source_health_change USING btree (source_id, changed_at DESC)
  row level security, forced
  policy of_jobs for all to greenlane_worker using true check true
  policy of_operator for all to greenlane_app using app_is_operator() check app_is_operator()
  grant insert, select, update to greenlane_app
  grant insert, select, update to greenlane_worker
  comment on it: Each change of a source's health, once; the operator is told of it.

table public.source_watch
  id bigint not null generated always as identity
  source_id uuid not null
  outcome text not null
  from_at timestamp with time zone not null
  to_at timestamp with time zone not null
  checks integer not null default 1
  is_late boolean
  url text
  constraint source_watch_check CHECK ((from_at <= to_at))
  constraint source_watch_checks_check CHECK ((checks > 0))
  constraint source_watch_outcome_check CHECK ((outcome = ANY (ARRAY['watched'::text, 'changed_layout'::text, 'blocked'::text, 'failing'::text, 'paused'::text, 'imported'::text])))
  constraint source_watch_pkey PRIMARY KEY (id)
  constraint source_watch_source_id_fkey FOREIGN KEY (source_id) REFERENCES source(id)
  CREATE INDEX source_watch_of_source ON public.source_watch USING btree (source_id, from_at DESC, id DESC)
  row level security, forced
  policy of_jobs for all to greenlane_worker using true check true
  policy of_operator for all to greenlane_app using app_is_operator() check app_is_operator()
  grant insert, select, update to greenlane_app
  grant insert, select, update to greenlane_worker
  comment on it: The ledger of coverage: from when to when a source was watched, and what kept it from being watched.
  comment is_late: Whether nobody looked between the promised time and the beginning; null in rows from before this was kept.
  comment url: The address that was watched; null in rows from before this was kept.

table public.subscription
  id uuid not null default gen_random_uuid()
  firm_id uuid
  user_id uuid
  kinds text[]
  instruments text[]
  provisions text[]
  pending_items text[]
  categories text[]
  districts text[]
  only_if_affected boolean not null default false
  to_inbox boolean not null default true
  to_email boolean not null default false
  to_push boolean not null default false
  endpoint_ids uuid[] not null default '{}'::uuid[]
  mode text not null default 'immediate'::text
  language text not null default 'en'::text
  quiet_from time without time zone
  quiet_to time without time zone
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  saved_searches uuid[]
  constraint subscription_categories_check CHECK ((cardinality(categories) > 0))
  constraint subscription_districts_check CHECK ((cardinality(districts) > 0))
  constraint subscription_endpoint_ids_check CHECK ((cardinality(endpoint_ids) <= 50))
  constraint subscription_endpoints_are_the_firms CHECK (((user_id IS NULL) OR (cardinality(endpoint_ids) = 0)))
  constraint subscription_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint subscription_goes_somewhere CHECK ((to_inbox OR to_email OR to_push OR (cardinality(endpoint_ids) > 0)))
  constraint subscription_instruments_check CHECK ((cardinality(instruments) > 0))
  constraint subscription_kinds_check CHECK ((cardinality(kinds) > 0))
  constraint subscription_language_check CHECK ((language = ANY (ARRAY['en'::text, 'zh-CN'::text])))
  constraint subscription_mode_check CHECK ((mode = ANY (ARRAY['immediate'::text, 'hourly'::text, 'daily'::text, 'weekly'::text])))
  constraint subscription_pending_items_check CHECK ((cardinality(pending_items) > 0))
  constraint subscription_pkey PRIMARY KEY (id)
  constraint subscription_provisions_check CHECK ((cardinality(provisions) > 0))
  constraint subscription_push_is_personal CHECK (((user_id IS NOT NULL) OR (NOT to_push)))
  constraint subscription_quiet_hours CHECK (((quiet_from IS NULL) = (quiet_to IS NULL)))
  constraint subscription_saved_searches_check CHECK ((cardinality(saved_searches) > 0))
  constraint subscription_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth."user"(id) ON DELETE CASCADE
  CREATE INDEX subscription_of_firm ON public.subscription USING btree (firm_id, user_id)
  row level security, forced
  policy of_jobs for all to greenlane_worker using true check true
  policy of_owner for all to greenlane_app using ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator))) check ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator)))
  grant delete, insert, select, update to greenlane_app
  grant select to greenlane_worker
  comment on it: A topic, the channels that it goes to, how often and in which language.
  comment user_id: The person; null for the firm as a whole, whose mail goes to its owners and managers.
  comment provisions: Stable paths; one stands for what lies below it.
  comment quiet_from: In the time zone of the firm; what comes in quiet hours waits for their end.
  comment saved_searches: Beside instruments, provisions and pending items either is enough.

table public.subscription_exclusion
  id uuid not null default gen_random_uuid()
  firm_id uuid
  subscription_id uuid not null
  alert_id uuid
  kinds text[]
  instruments text[]
  provisions text[]
  pending_items text[]
  categories text[]
  districts text[]
  reason text
  created_by text not null
  created_at timestamp with time zone not null default now()
  undone_by text
  undone_at timestamp with time zone
  constraint exclusion_of_something CHECK ((COALESCE(kinds, instruments, provisions, pending_items, categories, districts) IS NOT NULL))
  constraint exclusion_undone CHECK (((undone_by IS NULL) = (undone_at IS NULL)))
  constraint subscription_exclusion_alert_id_fkey FOREIGN KEY (alert_id) REFERENCES alert(id) ON DELETE SET NULL
  constraint subscription_exclusion_categories_check CHECK ((cardinality(categories) > 0))
  constraint subscription_exclusion_created_by_check CHECK (((length(created_by) >= 1) AND (length(created_by) <= 200)))
  constraint subscription_exclusion_districts_check CHECK ((cardinality(districts) > 0))
  constraint subscription_exclusion_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint subscription_exclusion_instruments_check CHECK ((cardinality(instruments) > 0))
  constraint subscription_exclusion_kinds_check CHECK ((cardinality(kinds) > 0))
  constraint subscription_exclusion_pending_items_check CHECK ((cardinality(pending_items) > 0))
  constraint subscription_exclusion_pkey PRIMARY KEY (id)
  constraint subscription_exclusion_provisions_check CHECK ((cardinality(provisions) > 0))
  constraint subscription_exclusion_reason_check CHECK ((length(reason) <= 4000))
  constraint subscription_exclusion_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES subscription(id) ON DELETE CASCADE
  constraint subscription_exclusion_undone_by_check CHECK (((length(undone_by) >= 1) AND (length(undone_by) <= 200)))
  CREATE INDEX subscription_exclusion_of_subscription ON public.subscription_exclusion USING btree (subscription_id) WHERE (undone_at IS NULL)
  row level security, forced
  policy of_jobs for all to greenlane_worker using true check true
  policy of_owner for all to greenlane_app using ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator))) check ((firm_id = ( SELECT app_firm_id() AS app_firm_id)) OR ((firm_id IS NULL) AND ( SELECT app_is_operator() AS app_is_operator)))
  grant insert, select, update to greenlane_app
  grant insert, select to greenlane_worker
  comment on it: An event is left out when all that it names of each list stands here; one that names more is told.

table public.supplier
  id uuid not null default gen_random_uuid()
  firm_id uuid not null
  name text not null
  name_key text not null
  email text
  created_at timestamp with time zone not null default now()
  constraint supplier_email_check CHECK (((length(email) >= 3) AND (length(email) <= 320)))
  constraint supplier_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint supplier_firm_id_id_key UNIQUE (firm_id, id)
  constraint supplier_firm_id_name_key_key UNIQUE (firm_id, name_key)
  constraint supplier_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)))
  constraint supplier_name_key_check CHECK (((length(name_key) >= 1) AND (length(name_key) <= 200)))
  constraint supplier_pkey PRIMARY KEY (id)
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  grant delete, insert, select, update to greenlane_app
  comment name_key: The name folded: width, case, blanks and punctuation do not matter.

table public.supplier_request
  id uuid not null default gen_random_uuid()
  firm_id uuid not null
  component_id uuid not null
  token_sha256 bytea not null
  supplier text not null
  language text not null
  message text
  created_by uuid
  created_at timestamp with time zone not null default now()
  expires_at timestamp with time zone not null
  revoked_at timestamp with time zone
  opened_at timestamp with time zone
  answered_at timestamp with time zone
  answers integer not null default 0
  constraint supplier_request_answers_check CHECK ((answers >= 0))
  constraint supplier_request_check CHECK ((expires_at > created_at))
  constraint supplier_request_firm_id_component_id_fkey FOREIGN KEY (firm_id, component_id) REFERENCES component(firm_id, id) ON DELETE CASCADE
  constraint supplier_request_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint supplier_request_language_check CHECK ((language = ANY (ARRAY['en'::text, 'zh-CN'::text])))
  constraint supplier_request_message_check CHECK (((length(message) >= 1) AND (length(message) <= 1000)))
  constraint supplier_request_pkey PRIMARY KEY (id)
  constraint supplier_request_supplier_check CHECK (((length(supplier) >= 1) AND (length(supplier) <= 200)))
  constraint supplier_request_token_sha256_check CHECK ((length(token_sha256) = 32))
  constraint supplier_request_token_sha256_key UNIQUE (token_sha256)
  CREATE INDEX supplier_request_of_component ON public.supplier_request USING btree (component_id, created_at DESC)
  row level security, forced
  policy of_firm for all to greenlane_app using (firm_id = ( SELECT app_firm_id() AS app_firm_id)) check (firm_id = ( SELECT app_firm_id() AS app_firm_id))
  grant insert, select, update to greenlane_app
  comment on it: What a supplier was asked to declare. The link itself is shown once, to who asks.

table public.version_impact
  version_id uuid not null
  firm_id uuid not null
  basis text not null
  customs_office text not null
  horizon xid8 not null
  products integer not null
  impact jsonb not null
  computed_at timestamp with time zone not null default now()
  constraint version_impact_basis_check CHECK (((length(basis) >= 1) AND (length(basis) <= 100)))
  constraint version_impact_firm_id_fkey FOREIGN KEY (firm_id) REFERENCES auth.firm(id) ON DELETE CASCADE
  constraint version_impact_impact_check CHECK ((jsonb_typeof(impact) = 'object'::text))
  constraint version_impact_pkey PRIMARY KEY (version_id, firm_id)
  constraint version_impact_products_check CHECK ((products >= 0))
  constraint version_impact_version_id_fkey FOREIGN KEY (version_id) REFERENCES rule_version(id) ON DELETE CASCADE
  CREATE INDEX version_impact_of_firm ON public.version_impact USING btree (firm_id)
  row level security, forced
  policy of_jobs for all to greenlane_worker using true check true
  grant delete, insert, select, update to greenlane_worker
  comment on it: What a version does to a firm's own products, worked out ahead. The firm reads it once the version is published.
  comment products: How many of the firm's products it touches.

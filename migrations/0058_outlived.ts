import { sql, type Kysely } from 'kysely';

/** What a firm keeps for a time only may be erased after it, by jobs alone; and so may snapshots of the operator. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    grant delete on document, clearance_receipt, clearance_receipt_record, clearance_import_error to greenlane_app;
    grant delete on alert to greenlane_worker;

    create or replace function eligibility_decision_stays() returns trigger language plpgsql as $$
    begin
      -- A firm that is taken away takes its log along; and what it keeps for a time only, erase_outlived_decisions takes.
      if tg_op = 'DELETE' and (not exists (select from auth.firm f where f.id = old.firm_id)
          or coalesce(current_setting('app.erases_decisions_of', true), '') = old.firm_id::text) then
        return old;
      end if;
      raise exception 'eligibility_decision is append-only: a decision is never changed or deleted' using errcode = 'restrict_violation';
    end $$;

    create function erase_outlived_decisions(at_most integer) returns bigint
      language plpgsql security definer set search_path = public, pg_temp as $$
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
    end $$;
    comment on function erase_outlived_decisions is 'Erases decisions of the firm of this transaction that are older than it keeps them, by the clock of the database; never those that it shares.';
    revoke execute on function erase_outlived_decisions from public;
    grant execute on function erase_outlived_decisions to greenlane_app;

    create table operator_retention (
      kind text primary key check (kind ~ '^[a-z_]+$'),
      keep_days integer not null check (keep_days between 30 and 36500),
      updated_at timestamptz not null default now()
    );
    comment on table operator_retention is 'How long the operator keeps a kind of its records; without a row, for ever.';
    alter table operator_retention enable row level security;
    alter table operator_retention force row level security;
    create policy of_operator on operator_retention to greenlane_app
      using ((select app_is_operator())) with check ((select app_is_operator()));
    create policy of_jobs on operator_retention for select to greenlane_worker using (true);
    grant select, insert, update, delete on operator_retention to greenlane_app;
    grant select on operator_retention to greenlane_worker;

    create function snapshot_stays() returns trigger language plpgsql as $$
    begin
      if tg_op = 'DELETE' and exists (
          select from operator_retention r
          where r.kind = 'snapshots' and old.fetched_at < now() - make_interval(days => r.keep_days)) then
        return old;
      end if;
      raise exception 'snapshot is append-only: a row is never changed or deleted' using errcode = 'restrict_violation';
    end $$;
    drop trigger snapshot_stays on snapshot;
    create trigger snapshot_stays before delete or update on snapshot for each row execute function snapshot_stays();
    grant delete on snapshot to greenlane_worker;
  `.execute(db);
}

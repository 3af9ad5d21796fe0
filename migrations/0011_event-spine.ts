import { sql, type Kysely } from 'kysely';

/**
 * Everything that subscribers may hear of, in the order of commit: an id is handed out before its transaction
 * commits, so each event keeps its transaction and readers stop at the oldest one that is still open
 * (`transaction_id < pg_snapshot_xmin(pg_current_snapshot())`, ordered by transaction and id).
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table event (
      id bigint generated always as identity primary key,
      transaction_id xid8 not null default pg_current_xact_id(),
      kind text not null check (kind ~ '^[a-z_]+[.][a-z_]+$'),
      audience text not null check (audience in ('everyone', 'operator', 'firm')),
      firm_id uuid references auth.firm (id) on delete cascade,
      occurred_at timestamptz not null default now(),
      subject_id uuid,
      data jsonb not null default '{}' check (jsonb_typeof(data) = 'object'),
      unique_key text not null unique check (length(unique_key) between 1 and 200),
      check ((audience = 'firm') = (firm_id is not null))
    );
    comment on table event is 'Append-only. What happened; who is owed it, and what was tried, stand in tables of their own.';
    comment on column event.transaction_id is 'Of the transaction that wrote it: readers stop at the oldest one that is still open.';
    comment on column event.unique_key is 'The same happening told again, as by a rerun, meets this key.';
    comment on column event.subject_id is 'The row that it is about, such as the version of rule.published.';
    create index event_by_commit on event (transaction_id, id);
    create index event_of_firm on event (firm_id, transaction_id, id) where firm_id is not null;
    create index event_by_kind on event (kind, transaction_id, id);

    create function refuse_change() returns trigger language plpgsql as $$
    begin
      raise exception '% is append-only: a row is never changed or deleted', tg_table_name
        using errcode = 'restrict_violation';
    end $$;

    -- A firm that is deleted takes its own events along; that is the one way for an event to go.
    create function event_stays() returns trigger language plpgsql as $$
    begin
      if tg_op = 'DELETE' and old.firm_id is not null
         and not exists (select from auth.firm f where f.id = old.firm_id) then
        return old;
      end if;
      raise exception 'event is append-only: a row is never changed or deleted' using errcode = 'restrict_violation';
    end $$;
    create trigger event_stays before update or delete on event for each row execute function event_stays();
    create trigger event_is_not_emptied before truncate on event for each statement execute function refuse_change();

    alter table event enable row level security;
    alter table event force row level security;
    create policy heard on event for select to greenlane_app using (
      firm_id = (select app_firm_id())
      or (firm_id is null and (audience = 'everyone' or (select app_is_operator()))));
    create policy told on event for insert to greenlane_app with check (
      firm_id = (select app_firm_id()) or (firm_id is null and (select app_is_operator())));
    create policy of_jobs on event to greenlane_worker using (true) with check (true);
    grant select, insert on event to greenlane_app, greenlane_worker;
  `.execute(db);
}

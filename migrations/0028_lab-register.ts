import { sql, type Kysely } from 'kysely';

/**
 * The register of laboratories, which the operator keeps and everybody reads. Each change is a record of its own
 * with the moment it was recorded, so that a decision can be judged again by what the register said then.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table lab_register_head (
      is_head boolean primary key default true check (is_head),
      recorded_at timestamptz not null default now()
    );
    comment on table lab_register_head is 'One row, locked by whoever adds a record: records come one after the other.';
    insert into lab_register_head default values;
    alter table lab_register_head enable row level security;
    alter table lab_register_head force row level security;
    create policy readable on lab_register_head for select to greenlane_app, greenlane_worker using (true);
    create policy lockable on lab_register_head for update to greenlane_app using (true) with check (app_is_operator());
    grant select, update (recorded_at) on lab_register_head to greenlane_app;
    grant select on lab_register_head to greenlane_worker;

    create table lab_record (
      id uuid primary key default gen_random_uuid(),
      cnas_id text not null check (cnas_id ~ '^CNAS [A-Z]{1,3}[0-9]{4,6}$'),
      name text not null check (length(name) between 1 and 300),
      name_zh text check (length(name_zh) between 1 and 300),
      status text not null check (status in ('verified', 'unverified', 'suspended', 'withdrawn', 'expired')),
      valid_from date,
      valid_to date,
      sites jsonb not null default '[]' check (jsonb_typeof(sites) = 'array'),
      scope jsonb not null default '[]' check (jsonb_typeof(scope) = 'array'),
      evidence text check (length(evidence) between 1 and 2000),
      evidence_document_id uuid references document (id),
      verified_at timestamptz,
      verified_by text check (length(verified_by) between 1 and 200),
      note text check (length(note) between 1 and 1000),
      recorded_at timestamptz not null,
      recorded_by uuid,
      is_sample boolean not null default false,
      check (valid_from is null or valid_to is null or valid_from <= valid_to),
      check (status <> 'verified' or (verified_at is not null and (evidence is not null or evidence_document_id is not null))),
      unique (cnas_id, recorded_at)
    );
    comment on table lab_record is 'What was recorded about a laboratory, when. Append-only: the newest record that covers a day holds for it.';
    comment on column lab_record.valid_from is 'The first day of which the record speaks; null when it always was so.';
    comment on column lab_record.valid_to is 'The last day of which the record speaks; null while no end is known.';
    comment on column lab_record.scope is 'Accredited scope: a list of {standard, clauses, limitation}; without clauses the whole standard.';
    comment on column lab_record.evidence is 'What was looked at to verify it, such as the entry of the registry with its day.';

    create function lab_record_follows() returns trigger language plpgsql as $$
    begin
      update lab_register_head set recorded_at = greatest(clock_timestamp(), recorded_at + interval '1 microsecond')
        returning recorded_at into new.recorded_at;
      if new.recorded_at is null then
        raise exception 'only the operator keeps the register of laboratories' using errcode = 'insufficient_privilege';
      end if;
      return new;
    end $$;
    create trigger lab_record_follows before insert on lab_record for each row execute function lab_record_follows();
    create trigger lab_record_stays before update or delete on lab_record for each row execute function refuse_change();
    create trigger lab_record_is_not_emptied before truncate on lab_record for each statement execute function refuse_change();

    -- Who asks about a moment a minute ago must never be answered differently later.
    create function lab_record_is_prompt() returns trigger language plpgsql as $$
    begin
      if clock_timestamp() - new.recorded_at > interval '30 seconds' then
        raise exception 'a record of the register was not committed within 30 seconds' using errcode = 'query_canceled';
      end if;
      return null;
    end $$;
    create constraint trigger lab_record_is_prompt after insert on lab_record deferrable initially deferred
      for each row execute function lab_record_is_prompt();

    alter table lab_record enable row level security;
    alter table lab_record force row level security;
    create policy readable on lab_record for select to greenlane_app, greenlane_worker using (true);
    create policy operator_adds on lab_record for insert to greenlane_app with check ((select app_is_operator()));
    grant select, insert on lab_record to greenlane_app;
    grant select on lab_record to greenlane_worker;
  `.execute(db);
}

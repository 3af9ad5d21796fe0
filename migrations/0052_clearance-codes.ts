import { sql, type Kysely } from 'kysely';

/**
 * Statuses of Green Clearance Codes, as platforms tell them: each once and for ever, in whatever order they come.
 * What holds now stands beside them, so that a list needs no look at the history.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(TABLES).execute(db);
  for (const table of ['code_platform', 'code_status', 'clearance_code'])
    await sql
      .raw(
        `alter table ${table} enable row level security;
         alter table ${table} force row level security;
         create policy of_firm on ${table} to greenlane_app
           using (firm_id = (select app_firm_id())) with check (firm_id = (select app_firm_id()));`,
      )
      .execute(db);
  await sql
    .raw(
      `grant select, insert on code_status to greenlane_app;
       grant select, insert, update on clearance_code, code_platform to greenlane_app;`,
    )
    .execute(db);
}

const STATES = `('pending', 'issued', 'used', 'suspended', 'revoked', 'expired', 'refused', 'other')`;

const TABLES = `
  create table code_platform (
    id uuid primary key default gen_random_uuid(),
    firm_id uuid not null references auth.firm (id) on delete cascade,
    name text not null check (length(name) between 1 and 100),
    secret_sealed bytea not null check (length(secret_sealed) between 16 and 500),
    created_at timestamptz not null default now(),
    revoked_at timestamptz,
    last_event_at timestamptz,
    unique (firm_id, id)
  );
  comment on table code_platform is 'A platform that sends statuses of codes by webhook, signed with a secret of its own.';

  create table code_status (
    id bigint generated always as identity primary key,
    firm_id uuid not null references auth.firm (id) on delete cascade,
    declaration_no bigint not null check (declaration_no between 0 and 999999999999999999),
    code text not null check (length(code) between 1 and 100),
    status text not null check (length(status) between 1 and 60),
    state text not null check (state in ${STATES}),
    at timestamptz not null,
    reference text check (length(reference) between 1 and 200),
    origin text not null check (origin in ('api', 'platform', 'form')),
    platform_id uuid,
    received_at timestamptz not null default now(),
    unique (firm_id, declaration_no, code, at, status),
    foreign key (firm_id, platform_id) references code_platform (firm_id, id)
  );
  comment on table code_status is 'Append-only: what was said about a code, each once. Its history is ordered by at, not by arrival.';
  comment on column code_status.status is 'The word of the platform; state is how it is read here.';
  create function code_status_stays() returns trigger language plpgsql as $$
  begin
    if tg_op = 'DELETE' and not exists (select from auth.firm f where f.id = old.firm_id) then
      return old;
    end if;
    raise exception 'code_status is append-only: a row is never changed or deleted' using errcode = 'restrict_violation';
  end $$;
  create trigger code_status_stays before update or delete on code_status for each row execute function code_status_stays();
  create trigger code_status_is_not_emptied before truncate on code_status for each statement execute function refuse_change();

  create table clearance_code (
    firm_id uuid not null references auth.firm (id) on delete cascade,
    declaration_no bigint not null check (declaration_no between 0 and 999999999999999999),
    code text not null check (length(code) between 1 and 100),
    status text not null check (length(status) between 1 and 60),
    state text not null check (state in ${STATES}),
    at timestamptz not null,
    status_id bigint not null,
    reference text check (length(reference) between 1 and 200),
    primary key (firm_id, declaration_no, code)
  );
  comment on table clearance_code is 'The status of a code that holds: the latest of code_status by at, then by arrival.';
  create index clearance_code_newest on clearance_code (firm_id, at desc, declaration_no desc, code desc);
`;

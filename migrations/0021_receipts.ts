import { sql, type Kysely } from 'kysely';

const EVENTS = `('submitted', 'accepted', 'docs', 'rejected', 'reviewed', 'hold', 'inspect', 'released', 'gate',
  'void', 'closed', 'other')`;

/**
 * Receipts as they came, from which records are computed: kept for ever, so that they may arrive in any
 * order and a changed table of codes can compute the records again.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(VENDORS).execute(db);
  await sql.raw(RECEIPTS).execute(db);
  for (const table of [
    'clearance_receipt',
    'clearance_receipt_record',
    'clearance_receipt_reading',
    'clearance_receipt_state',
  ])
    await sql
      .raw(
        `alter table ${table} enable row level security;
         alter table ${table} force row level security;
         create policy of_firm on ${table} to greenlane_app
           using (firm_id = (select app_firm_id())) with check (firm_id = (select app_firm_id()));`,
      )
      .execute(db);
  await sql.raw(GRANTS).execute(db);
}

const VENDORS = `
  create table receipt_vendor (
    vendor text primary key check (vendor ~ '^[a-z0-9-]{1,40}$'),
    name text not null check (length(name) between 1 and 200),
    name_zh text check (length(name_zh) between 1 and 200),
    extends_default boolean not null default true,
    source text not null,
    confirmed boolean not null,
    edited_at timestamptz
  );
  comment on table receipt_vendor is 'A system that sends receipts with codes of its own.';
  comment on column receipt_vendor.extends_default is 'Codes that its table lacks mean what they mean in the common table.';
  insert into receipt_vendor (vendor, name, source, confirmed) select distinct vendor, vendor, 'migration', false from receipt_status;
  insert into receipt_vendor (vendor, name, source, confirmed) values ('default', 'default', 'migration', false)
    on conflict do nothing;
  alter table receipt_vendor enable row level security;
  alter table receipt_vendor force row level security;
  create policy readable on receipt_vendor for select to greenlane_app, greenlane_worker using (true);
  create policy operator_inserts on receipt_vendor for insert to greenlane_app with check (app_is_operator());
  create policy operator_updates on receipt_vendor for update to greenlane_app using (app_is_operator());
  create policy operator_deletes on receipt_vendor for delete to greenlane_app using (app_is_operator());
  grant select, insert, update, delete on receipt_vendor to greenlane_app;
  grant select on receipt_vendor to greenlane_worker;

  alter table receipt_status drop constraint receipt_status_event_check;
  alter table receipt_status add constraint receipt_status_event_check check (event in ${EVENTS});
  alter table receipt_status drop constraint receipt_status_code_check;
  alter table receipt_status add constraint receipt_status_code_check check (length(code) between 1 and 20);
  alter table receipt_status add column reopens boolean not null default false;
  alter table receipt_status add column alternatives text[] not null default '{}';
  alter table receipt_status add foreign key (vendor) references receipt_vendor (vendor);
  comment on column receipt_status.reopens is 'A release before it no longer counts.';
  comment on column receipt_status.alternatives is 'The events that vendors who disagree mean by it.';
  update receipt_status set reopens = true where event = 'void' or code = 'M';
`;

const RECEIPTS = `
  create table clearance_receipt (
    firm_id uuid not null references auth.firm (id) on delete cascade,
    declaration_no bigint not null default 0 check (declaration_no >= 0),
    digest bytea not null check (length(digest) = 16),
    pre_entry_no text not null default '' check (length(pre_entry_no) <= 40),
    vendor text not null,
    code text not null check (length(code) between 1 and 20),
    notice_at timestamptz not null,
    note text,
    declared_at timestamptz,
    is_declared_day boolean not null default false,
    customs_office text,
    import_no integer not null,
    line integer not null,
    received_at timestamptz not null default now(),
    primary key (firm_id, declaration_no, digest),
    check (declaration_no > 0 or pre_entry_no <> '')
  );
  comment on table clearance_receipt is 'Customs receipts as they came, each once; never changed but for whose table reads them, never deleted.';
  comment on column clearance_receipt.declaration_no is '0: the receipt came before there was a number, and is found by that of the pre-entry.';
  comment on column clearance_receipt.digest is 'Of everything that the receipt says: the same receipt again is the same row.';
  create index clearance_receipt_pre_entry on clearance_receipt (firm_id, pre_entry_no, declaration_no) where pre_entry_no <> '';

  create table clearance_receipt_record (
    firm_id uuid not null references auth.firm (id) on delete cascade,
    declaration_no bigint not null,
    customs_office text not null,
    declared_at timestamptz,
    inspection_notified_at timestamptz,
    released_at timestamptz,
    is_reopened boolean not null,
    is_closed_unreleased boolean not null,
    primary key (firm_id, declaration_no)
  );
  comment on table clearance_receipt_record is 'What the receipts of a declaration came to when last computed: only a change of it touches the record.';

  create table clearance_receipt_reading (
    firm_id uuid not null references auth.firm (id) on delete cascade,
    vendor text not null references receipt_vendor (vendor),
    code text not null check (length(code) between 1 and 20),
    event text not null check (event in ${EVENTS}),
    reopens boolean not null,
    answered_by uuid,
    answered_at timestamptz not null default now(),
    primary key (firm_id, vendor, code)
  );
  comment on table clearance_receipt_reading is 'What a firm said its system means by a code that vendors disagree on.';

  create table clearance_receipt_state (
    firm_id uuid primary key references auth.firm (id) on delete cascade,
    vendor text not null references receipt_vendor (vendor),
    table_digest text not null,
    is_stale boolean not null default false,
    computed_to bigint not null default 0
  );
  comment on column clearance_receipt_state.vendor is 'The system of the last import, offered for the next.';
  comment on column clearance_receipt_state.table_digest is 'The tables by which all records of the firm were last computed.';
  comment on column clearance_receipt_state.computed_to is 'How far computing again by changed tables has come.';

  alter table clearance_import add column vendor text;
  alter table clearance_import add column records integer;
  alter table clearance_import add column origin text not null default 'file' check (origin in ('file', 'tables'));
  comment on column clearance_import.records is 'Declarations that a receipt stream made known; null for other files.';
  comment on column clearance_import.origin is 'A file, or a change of the tables of receipt codes.';
`;

const GRANTS = `
  grant select, insert, update (vendor) on clearance_receipt to greenlane_app;
  grant select, insert, update on clearance_receipt_record, clearance_receipt_state to greenlane_app;
  grant select, insert, update, delete on clearance_receipt_reading to greenlane_app;
  create policy due on clearance_receipt_state for select to greenlane_worker using (true);
  grant select (firm_id, table_digest, is_stale) on clearance_receipt_state to greenlane_worker;
`;

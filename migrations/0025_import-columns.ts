import { sql, type Kysely } from 'kysely';

/** What is said of an import's file, and the columns that a firm chose for files of one header. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table clearance_import add column sheet jsonb;
    alter table clearance_import add column firms jsonb;
    comment on column clearance_import.sheet is 'Of a workbook: { name, others }, the sheet that was read and those that were not.';
    comment on column clearance_import.firms is 'Whose records the rows became, where the file had rows of clients: [{ slug, name, … }].';

    create table clearance_columns (
      firm_id uuid not null references auth.firm (id) on delete cascade,
      kind text not null check (kind in ('records', 'receipts')),
      header_digest bytea not null check (length(header_digest) = 16),
      header text[] not null,
      columns jsonb not null,
      chosen_by uuid,
      chosen_at timestamptz not null default now(),
      used_at timestamptz not null default now(),
      primary key (firm_id, kind, header_digest)
    );
    comment on table clearance_columns is 'Which column goes to which field in files with this header, as somebody of the firm confirmed it.';
    comment on column clearance_columns.columns is 'The choice where it differs from what the names say: places (#3) to fields, null to leave out.';
    alter table clearance_columns enable row level security;
    alter table clearance_columns force row level security;
    create policy of_firm on clearance_columns to greenlane_app
      using (firm_id = (select app_firm_id())) with check (firm_id = (select app_firm_id()));
    grant select, insert, update, delete on clearance_columns to greenlane_app;
  `.execute(db);
}

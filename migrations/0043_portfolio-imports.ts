import { sql, type Kysely } from 'kysely';

/** Files of products with reports, of declarations and of laboratories: what became of their rows, and the rejected ones. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table portfolio_import (
      id uuid primary key default gen_random_uuid(),
      firm_id uuid references auth.firm (id) on delete cascade,
      kind text not null check (kind in ('products', 'materials', 'labs')),
      file_name text check (length(file_name) between 1 and 300),
      header text[] not null default '{}',
      received integer not null check (received >= 0),
      accepted integer not null check (accepted >= 0),
      unchanged integer not null check (unchanged >= 0),
      rejected integer not null check (rejected >= 0),
      created_by uuid,
      created_at timestamptz not null default now(),
      check ((kind = 'labs') = (firm_id is null))
    );
    comment on table portfolio_import is 'One file that was loaded. Laboratories belong to the operator, everything else to a firm.';
    create index portfolio_import_newest on portfolio_import (firm_id, created_at desc, id desc);

    create table portfolio_import_row (
      import_id uuid not null references portfolio_import (id) on delete cascade,
      firm_id uuid references auth.firm (id) on delete cascade,
      line integer not null check (line >= 1),
      cells text[] not null,
      problems jsonb not null check (jsonb_typeof(problems) = 'array'),
      primary key (import_id, line)
    );
    comment on table portfolio_import_row is 'A rejected row as it came, with every reason.';
  `.execute(db);
  for (const table of ['portfolio_import', 'portfolio_import_row'])
    await sql`
      alter table ${sql.table(table)} enable row level security;
      alter table ${sql.table(table)} force row level security;
      create policy of_owner on ${sql.table(table)} to greenlane_app
        using (firm_id = (select app_firm_id()) or (firm_id is null and (select app_is_operator())))
        with check (firm_id = (select app_firm_id()) or (firm_id is null and (select app_is_operator())));
      grant select, insert on ${sql.table(table)} to greenlane_app;
    `.execute(db);
}

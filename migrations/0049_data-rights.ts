import { sql, type Kysely } from 'kysely';

/** How long a firm's records are kept, and when a firm that leaves is deleted. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table auth.firm
      add column delete_after timestamptz,
      add column delete_asked_by uuid references auth."user" (id) on delete set null;
    comment on column auth.firm.delete_after is 'The firm asked to be deleted; until then it may change its mind.';

    create table retention (
      firm_id uuid not null references auth.firm (id) on delete cascade,
      kind text not null check (kind ~ '^[a-z_]+$'),
      keep_days integer not null check (keep_days between 30 and 36500),
      updated_at timestamptz not null default now(),
      primary key (firm_id, kind)
    );
    comment on table retention is 'How long a firm keeps a kind of record; without a row, for ever.';
    alter table retention enable row level security;
    alter table retention force row level security;
    create policy of_firm on retention to greenlane_app
      using (firm_id = (select app_firm_id())) with check (firm_id = (select app_firm_id()));
    create policy of_jobs on retention for select to greenlane_worker using (true);
    grant select, insert, update, delete on retention to greenlane_app;
    grant select on retention to greenlane_worker;
    grant select, delete on auth.firm to greenlane_worker;
  `.execute(db);
}

import { sql, type Kysely } from 'kysely';

/** Names of tests, verdicts and units in both languages, which analysts keep: reports are shown by them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table glossary_term (
      id uuid primary key default gen_random_uuid(),
      kind text not null check (kind in ('test', 'verdict', 'unit')),
      zh text not null check (length(zh) between 1 and 200),
      en text not null check (length(en) between 1 and 200),
      aliases text[] not null default '{}',
      topic text check (topic ~ '^[a-z0-9]+([-_.][a-z0-9]+)*$'),
      source text not null check (length(source) between 1 and 300),
      confirmed boolean not null,
      edited_at timestamptz,
      unique (kind, zh)
    );
    comment on table glossary_term is 'A term in Chinese and English. What it gives is marked as a translation and decides nothing.';
    comment on column glossary_term.aliases is 'Other spellings in either language.';
    alter table glossary_term enable row level security;
    alter table glossary_term force row level security;
    create policy readable on glossary_term for select to greenlane_app using (true);
    create policy operator_inserts on glossary_term for insert to greenlane_app with check (app_is_operator());
    create policy operator_updates on glossary_term for update to greenlane_app using (app_is_operator());
    create policy operator_deletes on glossary_term for delete to greenlane_app using (app_is_operator());
    grant select, insert, update, delete on glossary_term to greenlane_app;
  `.execute(db);
}

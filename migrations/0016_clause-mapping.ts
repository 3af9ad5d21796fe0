import { sql, type Kysely } from 'kysely';

/** Which clause of a newer instrument stands for which of an older one; edited, and shown once approved. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table clause_mapping (
      id uuid primary key default gen_random_uuid(),
      from_slug text not null references instrument (slug),
      to_slug text not null references instrument (slug),
      from_path text check (length(from_path) between 1 and 100),
      to_path text check (length(to_path) between 1 and 100),
      note text check (length(note) between 1 and 1000),
      source text check (length(source) between 1 and 500),
      confirmed boolean not null default false,
      drafted_by uuid not null,
      drafted_by_name text not null check (length(drafted_by_name) between 1 and 200),
      drafted_at timestamptz not null,
      approved_by uuid,
      approved_by_name text check (length(approved_by_name) between 1 and 200),
      approved_at timestamptz,
      is_one_person boolean not null default false,
      unique nulls not distinct (from_slug, to_slug, from_path, to_path),
      check (from_slug <> to_slug),
      check (from_path is not null or to_path is not null),
      check ((approved_by is null) = (approved_at is null)),
      check ((approved_by is null) = (approved_by_name is null)),
      check (is_one_person = coalesce(approved_by = drafted_by, false))
    );
    comment on table clause_mapping is 'Pairs of clauses of two instruments. One side null: the clause was dropped, or is new.';
    create index clause_mapping_to on clause_mapping (to_slug);

    alter table clause_mapping enable row level security;
    alter table clause_mapping force row level security;
    create policy approved on clause_mapping for select to greenlane_app using (
      approved_at is not null
      and exists (select from instrument i where i.slug = clause_mapping.from_slug)
      and exists (select from instrument i where i.slug = clause_mapping.to_slug));
    create policy of_operator on clause_mapping to greenlane_app
      using ((select app_is_operator())) with check ((select app_is_operator()));
    grant select, insert, update, delete on clause_mapping to greenlane_app;
  `.execute(db);
}

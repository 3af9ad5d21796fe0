import { sql, type Kysely } from 'kysely';

/**
 * Reference data of customs: districts, offices, product categories and receipt codes. Everybody reads
 * them, the operator edits them; each row says where it comes from and whether that was confirmed.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table customs_district (
      code text primary key check (code ~ '^[0-9]{2}00$'),
      name text not null,
      name_zh text not null,
      source text not null,
      confirmed boolean not null,
      edited_at timestamptz
    );
    comment on table customs_district is 'A customs authority directly under GACC; the first two digits of its offices.';
    comment on column customs_district.edited_at is 'When the operator last changed the row: loading reference data leaves it alone from then on.';

    create table customs_office (
      code text primary key check (code ~ '^[0-9]{4}$'),
      district_code text not null references customs_district (code),
      name text,
      name_zh text,
      source text not null,
      confirmed boolean not null,
      edited_at timestamptz,
      check (substr(code, 1, 2) = substr(district_code, 1, 2))
    );

    create table category (
      slot smallint primary key check (slot between 1 and 999),
      slug text unique check (slug ~ '^[a-z][a-z0-9-]{0,62}$'),
      name text,
      name_zh text,
      aliases text[] not null default '{}',
      hs_candidates text[] not null default '{}',
      source text not null,
      confirmed boolean not null,
      edited_at timestamptz,
      check ((slug is null) = (name is null))
    );
    comment on table category is 'The product categories of the programme. A slot without a slug is known to exist and not named publicly.';
    comment on column category.aliases is 'Names by which records call it; a product name that ends with one belongs to the category.';
    comment on column category.hs_candidates is 'HS codes or headings that are plausible for it; several, because sources disagree.';

    create table receipt_status (
      vendor text not null default 'default' check (vendor ~ '^[a-z0-9-]{1,40}$'),
      code text not null check (length(code) between 1 and 8),
      event text not null check (event in
        ('submitted', 'accepted', 'rejected', 'docs', 'reviewed', 'inspect', 'released', 'hold', 'void', 'gate', 'closed')),
      meaning text not null,
      meaning_zh text,
      source text not null,
      confirmed boolean not null,
      edited_at timestamptz,
      primary key (vendor, code)
    );
    comment on table receipt_status is 'What a receipt code of a vendor means; vendors differ, so that the operator edits it.';
  `.execute(db);
  for (const table of ['customs_district', 'customs_office', 'category', 'receipt_status'])
    await sql`
      alter table ${sql.table(table)} enable row level security;
      alter table ${sql.table(table)} force row level security;
      create policy readable on ${sql.table(table)} for select to greenlane_app, greenlane_worker using (true);
      create policy operator_inserts on ${sql.table(table)} for insert to greenlane_app with check (app_is_operator());
      create policy operator_updates on ${sql.table(table)} for update to greenlane_app using (app_is_operator());
      create policy operator_deletes on ${sql.table(table)} for delete to greenlane_app using (app_is_operator());
      grant select, insert, update, delete on ${sql.table(table)} to greenlane_app;
      grant select on ${sql.table(table)} to greenlane_worker;
    `.execute(db);
}

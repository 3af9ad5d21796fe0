import { sql, type Kysely } from 'kysely';

/** Standards, notices, guidelines, interpretations and laws, and the authorities that issue them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table authority (
      slug text primary key check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
      name text check (length(name) between 1 and 200),
      name_zh text check (length(name_zh) between 1 and 200),
      check (name is not null or name_zh is not null)
    );
    comment on table authority is 'Who issues rules. One authority has one slug, whatever a notice calls it.';

    create table instrument (
      id uuid primary key default gen_random_uuid(),
      slug text not null unique check (slug ~ '^[a-z0-9][a-z0-9.-]{0,62}$' and slug !~ '[.]akn[.]xml$'),
      kind text not null check (kind in ('standard', 'notice', 'guideline', 'interpretation', 'law')),
      title text not null check (length(title) between 1 and 500),
      title_translation text check (length(title_translation) between 1 and 500),
      language text not null check (language in ('zh-CN', 'en')),
      jurisdiction text not null default 'cn' check (jurisdiction ~ '^[a-z]{2}(-[a-z0-9]+)*$'),
      document_no text check (length(document_no) between 1 and 200),
      work_number text check (work_number ~ '^[a-z0-9][a-z0-9.-]{0,62}$'),
      issued_on date,
      created_at timestamptz not null default now()
    );
    comment on table instrument is 'What stays the same over all versions. Its texts, dates and parameters belong to a version.';
    comment on column instrument.title is 'The working title; each version carries the title that was approved with it.';
    comment on column instrument.document_no is 'As the issuer writes it: 宁波海关公告2026年第17号, GB 31701—2026.';
    comment on column instrument.work_number is 'The number part of its Akoma Ntoso IRI: 17, gb-31701-2026.';

    create table instrument_authority (
      instrument_id uuid not null references instrument (id),
      position smallint not null check (position between 1 and 20),
      authority_slug text not null references authority (slug),
      primary key (instrument_id, position),
      unique (instrument_id, authority_slug)
    );
    comment on column instrument_authority.position is '1 is the authority named first on the document.';
  `.execute(db);
}

import { sql, type Kysely } from 'kysely';

/**
 * Documents: notices, guidelines, test reports and other evidence, with the text that was read out of them.
 * The row is also its own queue: `next_attempt_at` says when it is due and, while a worker holds it, when
 * the lease of that worker ends.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table document (
      id uuid primary key default gen_random_uuid(),
      firm_id uuid references auth.firm(id),
      sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
      byte_count integer not null check (byte_count > 0),
      media_type text not null check (length(media_type) between 3 and 255),
      file_name text not null check (length(file_name) between 1 and 255),
      file_name_given text check (length(file_name_given) between 1 and 1000),
      state text not null check (state in ('pending', 'extracted', 'no_text', 'failed')),
      text text,
      text_characters integer not null generated always as (coalesce(char_length(text), 0)) stored,
      text_truncated boolean not null default false,
      page_count integer check (page_count >= 0),
      extractor text,
      extractor_version smallint,
      problem text,
      next_attempt_at timestamptz,
      lease_token uuid,
      attempts smallint not null default 0,
      created_at timestamptz not null default now(),
      created_by uuid,
      unique nulls not distinct (firm_id, sha256)
    );
    comment on table document is 'A file kept as evidence or source, once per owner and content.';
    comment on column document.firm_id is 'The firm it belongs to; null for the operator.';
    comment on column document.media_type is 'What the bytes are, whatever the name or the sender said.';
    comment on column document.file_name is 'Safe to save under; ends as the media type says.';
    comment on column document.file_name_given is 'The name as it was given, for showing; null when there was none.';
    comment on column document.text is 'Pages of a PDF and sheets of a workbook are parted by a form feed.';
    comment on column document.next_attempt_at is 'When extraction is due, or when the lease of its worker ends; null when nothing is to be done.';
    comment on column document.created_by is 'The person or key that sent it; null when a job fetched it.';
    create index document_due on document (next_attempt_at) where next_attempt_at is not null;
    create index document_owner_created_at on document (firm_id, created_at desc, id);

    create table document_content (
      document_id uuid primary key references document(id) on delete cascade,
      firm_id uuid references auth.firm(id),
      content bytea not null
    );
    comment on table document_content is 'The bytes of a document, apart so that lists never touch them.';
    -- Office files and PDFs are compressed already, and a slice of an uncompressed value is read without the rest.
    alter table document_content alter column content set storage external;

    alter table document enable row level security;
    alter table document force row level security;
    alter table document_content enable row level security;
    alter table document_content force row level security;

    create policy document_of_owner on document to greenlane_app
      using (firm_id = (select app_firm_id()) or (firm_id is null and (select app_is_operator())))
      with check (firm_id = (select app_firm_id()) or (firm_id is null and (select app_is_operator())));
    create policy document_content_of_owner on document_content to greenlane_app
      using (firm_id = (select app_firm_id()) or (firm_id is null and (select app_is_operator())))
      with check (
        (firm_id = (select app_firm_id()) or (firm_id is null and (select app_is_operator())))
        and exists (select from document d where d.id = document_id and d.firm_id is not distinct from document_content.firm_id)
      );

    -- The worker sees every row as a job, but neither owner, name nor text: its columns are granted one by
    -- one. It reads the bytes of a document only while it holds the lease on it.
    create policy document_as_job on document to greenlane_worker using (true) with check (true);
    create policy document_content_of_job on document_content for select to greenlane_worker
      using (exists (
        select from document d
        where d.id = document_id and d.lease_token = nullif(current_setting('app.lease_token', true), '')::uuid
      ));

    grant select, insert on document, document_content to greenlane_app;
    grant select (id, media_type, state, text_characters, extractor, extractor_version, next_attempt_at, lease_token, attempts),
      update (state, text, text_truncated, page_count, extractor, extractor_version, problem, next_attempt_at, lease_token, attempts)
      on document to greenlane_worker;
    grant select (document_id, content) on document_content to greenlane_worker;
  `.execute(db);
}

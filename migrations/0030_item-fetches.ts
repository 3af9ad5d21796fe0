import { sql, type Kysely } from 'kysely';

/**
 * The pages and files of items, each its own queue like a source: `next_check_at` says when it is due, and
 * while a worker holds it when that worker's lease ends. They are asked again later, because pages and files
 * are changed after they were announced.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table item_fetch (
      item_id uuid not null references item (id),
      url text not null check (length(url) between 1 and 2000 and url ~* '^https?://'),
      source_id uuid not null references source (id),
      kind text not null check (kind in ('page', 'file')),
      title text check (length(title) between 1 and 500),
      host text not null generated always as (lower(substring(url from '^https?://([^/?#]+)'))) stored,
      next_check_at timestamptz,
      lease_token uuid,
      etag text,
      last_modified text,
      sha256 text check (sha256 ~ '^[0-9a-f]{64}$'),
      snapshot_id uuid references snapshot (id),
      text text,
      document_id uuid references document (id),
      text_of_document_id uuid references document (id),
      failures smallint not null default 0 check (failures >= 0),
      problem jsonb,
      first_seen_at timestamptz not null,
      attempted_at timestamptz,
      ok_at timestamptz,
      primary key (item_id, url)
    );
    comment on table item_fetch is 'The page of an item and the files attached to it: when each is asked, and what came of it.';
    comment on column item_fetch.text is 'What was read out of a page; the text of a file is in its document.';
    comment on column item_fetch.text_of_document_id is 'The document whose text stands in the item, once it was read.';
    create index item_fetch_due on item_fetch (host, next_check_at) where next_check_at is not null;
    create index item_fetch_leased on item_fetch (lease_token) where lease_token is not null;
    create index item_fetch_unread on item_fetch (document_id)
      where document_id is not null and document_id is distinct from text_of_document_id;
    create index item_fetch_of_source on item_fetch (source_id, next_check_at);

    alter table item_fetch enable row level security;
    alter table item_fetch force row level security;
    create policy of_operator on item_fetch to greenlane_app using (app_is_operator()) with check (app_is_operator());
    create policy of_jobs on item_fetch to greenlane_worker using (true) with check (true);
    grant select, insert, update on item_fetch to greenlane_app, greenlane_worker;

    drop index item_detail_due;
    alter table item drop column detail_due_at, drop column detail_attempts;
  `.execute(db);
}

import { sql, type Kysely } from 'kysely';

/**
 * Queries are matched where items are stored. Who stores holds the row of `query_set` shared, who changes a
 * query changes it: no item is stored against queries of which a change was committed before, and the archive
 * is matched again only when all who stored with the old ones are done.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table query_set (
      id smallint primary key default 1 check (id = 1),
      version uuid not null default gen_random_uuid()
    );
    comment on table query_set is 'One row, whose version changes with the queries of pending items.';
    insert into query_set default values;
    alter table query_set enable row level security;
    alter table query_set force row level security;
    create policy readable on query_set for select to greenlane_app using (true);
    create policy operator_updates on query_set for update to greenlane_app using (app_is_operator());
    create policy of_jobs on query_set to greenlane_worker using (true) with check (true);
    grant select, update on query_set to greenlane_app, greenlane_worker;

    alter table item add column matched_revision_no integer not null default 0;
    comment on column item.matched_revision_no is 'The revision that the queries were last matched against.';
    update item set matched_revision_no = revision_no;
    create index item_unmatched on item (id) where matched_revision_no < revision_no;

    alter table signal
      add column from_archive boolean not null default false,
      add column decided_by_name text check (length(decided_by_name) between 1 and 200),
      add column draft_version_id uuid references rule_version (id);
    comment on column signal.from_archive is 'Found in what was stored before the query was written: no news.';
    comment on column signal.draft_version_id is 'The draft of a rule that was opened from it.';
    create index signal_of_item on signal (item_id);

    alter table pending_item
      add column reported_on date,
      add column owner_name text check (length(owner_name) between 1 and 100),
      add column rematch_due boolean not null default false;
    comment on column pending_item.reported_on is 'The day as of which its first state was reported.';
    comment on column pending_item.rematch_due is 'Its query was written, and the archive has not been matched against it.';

    alter table pending_item_transition
      add column moved_by_name text check (length(moved_by_name) between 1 and 200);
  `.execute(db);
}

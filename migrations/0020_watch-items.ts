import { sql, type Kysely } from 'kysely';

/**
 * Items: what sources announce. One notice that several sites carry is one item with several sightings. Public
 * by nature, so that firms read them; what is awaited and which items speak of it stand beside.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table item (
      id uuid primary key default gen_random_uuid(),
      identity text not null check (length(identity) between 1 and 600),
      title text not null check (length(title) between 1 and 1000),
      url text check (length(url) between 1 and 2000),
      document_no text check (length(document_no) between 1 and 200),
      issued_on date,
      effective_on date,
      published_at timestamptz,
      language text,
      text text not null default '',
      text_sha256 text not null check (text_sha256 ~ '^[0-9a-f]{64}$'),
      extractor_version smallint not null default 1,
      revision_no integer not null default 1 check (revision_no > 0),
      first_seen_at timestamptz not null,
      changed_at timestamptz not null,
      detail_state text not null default 'none' check (detail_state in ('none', 'pending', 'fetched', 'failed')),
      detail_due_at timestamptz,
      detail_attempts smallint not null default 0,
      search tsvector not null default ''
    );
    comment on table item is 'A notice, standard or page that sources announced.';
    comment on column item.identity is 'Its own document number with the issuer, else its canonical address; with the day where two share one.';
    comment on column item.document_no is 'Its own number as written; numbers that it cites stand in its text.';
    comment on column item.issued_on is 'Legal day in Asia/Shanghai; null when the source gives none.';
    comment on column item.search is 'Made by the program: words of English and pairs of characters of Chinese, folded.';
    create unique index item_identity on item (identity);
    create index item_newest on item (first_seen_at desc, id desc);
    create index item_issued_on on item (issued_on desc nulls last, id desc);
    create index item_search on item using gin (search);
    create index item_detail_due on item (detail_due_at) where detail_due_at is not null;

    create table item_sighting (
      item_id uuid not null references item (id),
      source_id uuid not null references source (id),
      url text not null check (length(url) between 1 and 2000),
      title text not null check (length(title) between 1 and 1000),
      snapshot_id uuid references snapshot (id),
      first_seen_at timestamptz not null,
      last_seen_at timestamptz not null,
      primary key (item_id, source_id, url)
    );
    comment on table item_sighting is 'Where an item was seen, under which address and title, and in which snapshot first.';
    create index item_sighting_of_source on item_sighting (source_id, last_seen_at desc);
    create index item_sighting_by_url on item_sighting (url);

    create table item_revision (
      item_id uuid not null references item (id),
      revision_no integer not null check (revision_no > 0),
      title text not null,
      text text not null,
      text_sha256 text not null,
      snapshot_id uuid references snapshot (id),
      seen_at timestamptz not null,
      primary key (item_id, revision_no)
    );
    comment on table item_revision is 'Each text that an item had, the present one included. A → B → A are three.';
    create trigger item_revision_stays before update or delete on item_revision for each row execute function refuse_change();

    create table item_document (
      item_id uuid not null references item (id),
      url text not null check (length(url) between 1 and 2000),
      title text check (length(title) between 1 and 500),
      document_id uuid references document (id),
      state text not null default 'pending' check (state in ('pending', 'stored', 'failed')),
      problem text,
      seen_at timestamptz not null,
      primary key (item_id, url)
    );
    comment on table item_document is 'What is attached to an item: PDF, DOC, DOCX, XLS, XLSX. A changed file is another document.';

    create table pending_item (
      id uuid primary key default gen_random_uuid(),
      slug text not null unique check (slug ~ '^[a-z0-9][a-z0-9.-]{0,62}$'),
      title text not null check (length(title) between 1 and 300),
      title_zh text check (length(title_zh) between 1 and 300),
      authority text not null check (length(authority) between 1 and 200),
      authority_zh text check (length(authority_zh) between 1 and 200),
      state text not null check (state in
        ('announced', 'under_study', 'drafted', 'consultation', 'issued', 'in_force', 'withdrawn')),
      query text not null check (length(query) between 1 and 4000),
      instrument text,
      provision text,
      owner_id uuid,
      due_on date,
      note text,
      reference_key text unique,
      reference_source text,
      confirmed boolean not null default true,
      edited_at timestamptz,
      created_at timestamptz not null default now(),
      check (reference_key is null or reference_source is not null)
    );
    comment on table pending_item is 'A decision that is awaited, with the query that finds news of it.';

    create table pending_item_transition (
      id bigint generated always as identity primary key,
      pending_item_id uuid not null references pending_item (id),
      from_state text not null,
      to_state text not null check (to_state in
        ('announced', 'under_study', 'drafted', 'consultation', 'issued', 'in_force', 'withdrawn')),
      is_step_back boolean not null,
      note text check (length(note) between 1 and 2000),
      snapshot_id uuid references snapshot (id),
      document_id uuid references document (id),
      item_id uuid references item (id),
      moved_by uuid,
      moved_at timestamptz not null default now(),
      check (snapshot_id is not null or document_id is not null),
      check (not is_step_back or note is not null)
    );
    comment on table pending_item_transition is 'Each step of a pending item with its evidence. A step back says why.';
    create index pending_item_transition_of_item on pending_item_transition (pending_item_id, moved_at desc);
    create trigger pending_item_transition_stays before update or delete on pending_item_transition
      for each row execute function refuse_change();

    create table signal (
      id uuid primary key default gen_random_uuid(),
      pending_item_id uuid not null references pending_item (id),
      item_id uuid not null references item (id),
      item_revision_no integer not null,
      query text not null,
      spans jsonb not null check (jsonb_typeof(spans) = 'array'),
      score real not null check (score >= 0),
      state text not null default 'open' check (state in ('open', 'confirmed', 'dismissed', 'duplicate')),
      reason text check (length(reason) between 1 and 2000),
      decided_by uuid,
      decided_at timestamptz,
      created_at timestamptz not null default now(),
      unique (pending_item_id, item_id),
      check ((state = 'open') = (decided_at is null))
    );
    comment on table signal is 'An item that a pending item''s query found; a person decides what it is worth.';
    comment on column signal.query is 'The query as it was when it found the item.';
    create index signal_by_state on signal (state, created_at desc, id desc);
  `.execute(db);
  const readable = [
    'item',
    'item_sighting',
    'item_revision',
    'item_document',
    'pending_item',
    'pending_item_transition',
  ];
  for (const table of [...readable, 'signal'])
    await sql
      .raw(
        `alter table ${table} enable row level security;
         alter table ${table} force row level security;
         create policy readable on ${table} for select to greenlane_app
           using (${table === 'signal' ? `state = 'confirmed' or app_is_operator()` : 'true'});
         create policy operator_inserts on ${table} for insert to greenlane_app with check (app_is_operator());
         create policy operator_updates on ${table} for update to greenlane_app using (app_is_operator());
         create policy of_jobs on ${table} to greenlane_worker using (true) with check (true);
         grant select, insert, update on ${table} to greenlane_app, greenlane_worker;`,
      )
      .execute(db);
}

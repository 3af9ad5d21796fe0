import { sql, type Kysely } from 'kysely';

/**
 * Sources that are watched, what was fetched from them, and when they were watched. The row of a source is
 * its own queue: `next_check_at` says when it is due, and while a worker holds it when that worker's lease
 * ends. A host is a row too, so that no two processes ask one host at once or faster than its gap.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table source (
      id uuid primary key default gen_random_uuid(),
      slug text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
      name text not null check (length(name) between 1 and 200),
      kind text not null check (kind in ('feed', 'html_list', 'page', 'json', 'manual')),
      url text not null check (length(url) between 1 and 2000 and url ~* '^https?://'),
      language text not null default 'zh-CN' check (language ~ '^[a-z]{2}(-[A-Za-z0-9]+)*$'),
      authority text check (length(authority) between 1 and 200),
      interval_minutes integer not null default 60 check (interval_minutes between 5 and 10080),
      expected_update_days integer check (expected_update_days between 1 and 3650),
      settings jsonb not null default '{}' check (jsonb_typeof(settings) = 'object'),
      charset text check (length(charset) between 1 and 40),
      is_enabled boolean not null default true,
      needs text check (length(needs) between 1 and 500),
      needs_zh text check (length(needs_zh) between 1 and 500),
      reference_key text unique,
      reference_source text,
      confirmed boolean not null default true,
      edited_at timestamptz,
      created_at timestamptz not null default now(),
      deleted_at timestamptz,

      next_check_at timestamptz,
      lease_token uuid,
      etag text,
      last_modified text,
      health text not null default 'new' check (health in
        ('new', 'healthy', 'silent', 'changed_layout', 'blocked', 'failing', 'paused')),
      health_since timestamptz not null default now(),
      problem jsonb,
      failures integer not null default 0 check (failures >= 0),
      last_attempt_at timestamptz,
      last_ok_at timestamptz,
      last_new_item_at timestamptz,
      last_item_count integer,
      check (reference_key is null or reference_source is not null)
    );
    comment on table source is 'An address that is watched for news, with how to read it, how it fares and when it is due.';
    comment on column source.settings is 'How items are found, as the schema of sources in the code says: selectors, json, inner, pages, filter.';
    comment on column source.needs is 'What a person has to set before it can be watched, such as a column id.';
    comment on column source.next_check_at is 'When it is due, or when the lease of its worker ends; null when it is not to be fetched.';
    comment on column source.problem is 'Why the last check did not succeed: { code, params }.';
    comment on column source.failures is 'Checks in a row that did not succeed.';
    create index source_due on source (next_check_at) where next_check_at is not null;

    create table host_gate (
      host text primary key check (length(host) between 1 and 260),
      next_allowed_at timestamptz not null default now(),
      lease_token uuid,
      leased_until timestamptz,
      robots text,
      robots_status smallint,
      robots_fetched_at timestamptz
    );
    comment on table host_gate is 'One row a host and port: when it may be asked next, who asks it now, and what its robots.txt says.';

    create table snapshot (
      id uuid primary key default gen_random_uuid(),
      source_id uuid not null references source (id),
      kind text not null check (kind in ('list', 'detail', 'manual')),
      url text not null check (length(url) between 1 and 2000),
      sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
      content bytea not null,
      byte_count integer not null check (byte_count >= 0),
      content_type text,
      status smallint,
      headers jsonb not null default '{}',
      fetched_at timestamptz not null default now(),
      captured_by uuid,
      text_sha256 text check (text_sha256 ~ '^[0-9a-f]{64}$')
    );
    comment on table snapshot is 'What a source answered, byte for byte (content is compressed with zstd). Written when it differs from the latest one of its address.';
    comment on column snapshot.captured_by is 'The person or key that brought a saved page; null when it was fetched.';
    comment on column snapshot.text_sha256 is 'Of the text that was read out of it, by which a change is judged.';
    -- Compressed already.
    alter table snapshot alter column content set storage external;
    create index snapshot_latest on snapshot (source_id, url, fetched_at desc, id desc);
    create index snapshot_newest on snapshot (source_id, fetched_at desc, id desc);
    create trigger snapshot_stays before update or delete on snapshot for each row execute function refuse_change();
    create trigger snapshot_is_not_emptied before truncate on snapshot for each statement execute function refuse_change();

    create table source_watch (
      id bigint generated always as identity primary key,
      source_id uuid not null references source (id),
      outcome text not null check (outcome in ('watched', 'changed_layout', 'blocked', 'failing', 'paused', 'imported')),
      from_at timestamptz not null,
      to_at timestamptz not null,
      checks integer not null default 1 check (checks > 0),
      check (from_at <= to_at)
    );
    comment on table source_watch is 'The ledger of coverage: from when to when a source was watched, and what kept it from being watched.';
    create index source_watch_of_source on source_watch (source_id, from_at desc);

    create table source_health_change (
      id bigint generated always as identity primary key,
      source_id uuid not null references source (id),
      health text not null,
      health_before text not null,
      problem jsonb,
      changed_at timestamptz not null
    );
    comment on table source_health_change is 'Each change of a source''s health, once; the operator is told of it.';
    create index source_health_change_of_source on source_health_change (source_id, changed_at desc);
  `.execute(db);
  for (const table of ['source', 'host_gate', 'snapshot', 'source_watch', 'source_health_change'])
    await sql
      .raw(
        `alter table ${table} enable row level security;
         alter table ${table} force row level security;
         create policy of_operator on ${table} to greenlane_app using (app_is_operator()) with check (app_is_operator());
         create policy of_jobs on ${table} to greenlane_worker using (true) with check (true);
         grant select, insert, update on ${table} to greenlane_app, greenlane_worker;`,
      )
      .execute(db);
  await sql`grant delete on host_gate to greenlane_worker`.execute(db);
}

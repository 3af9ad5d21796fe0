import { sql, type Kysely } from 'kysely';

/** Keys follow each other with an overlap, and each has a limit of requests. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table auth.api_key
      add column requests_per_minute integer check (requests_per_minute between 1 and 1000000),
      add column replaces uuid references auth.api_key (id) on delete set null,
      add column last_used_address text check (length(last_used_address) <= 100);
    comment on column auth.api_key.requests_per_minute is 'Null: no limit of its own.';
    comment on column auth.api_key.replaces is 'The key that this one takes over from, which ends after the overlap.';

    create table auth.key_use (
      key_id uuid primary key references auth.api_key (id) on delete cascade,
      minute timestamptz not null,
      requests integer not null check (requests >= 0)
    );
    comment on table auth.key_use is 'Requests of a limited key in its current minute, over all processes. No row policy: counted before the firm is acted for.';
    grant select, insert, update, delete on auth.key_use to greenlane_app;
  `.execute(db);
}

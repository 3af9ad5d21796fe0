import { sql, type Kysely } from 'kysely';

/** Answers to requests that carried an Idempotency-Key, kept for 24 hours per actor. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table idempotency_key (
      actor_id uuid not null,
      key text not null check (length(key) between 1 and 255),
      request_hash text not null,
      status smallint,
      answer text,
      created_at timestamptz not null default now(),
      primary key (actor_id, key)
    );
    comment on column idempotency_key.status is 'HTTP status of the stored answer; null while the request runs.';
    create index idempotency_key_created_at on idempotency_key (created_at);
    grant select, insert, update, delete on idempotency_key to greenlane_app;
    grant select, delete on idempotency_key to greenlane_worker;
  `.execute(db);
}

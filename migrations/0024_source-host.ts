import { sql, type Kysely } from 'kysely';

/**
 * The host of a source, by which sources are claimed: whoever holds a host asks all its due sources one after
 * the other. A stranger's host that answers with a pause (429, 503) is left alone as a whole.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table source add column host text not null
      generated always as (lower(substring(url from '^https?://([^/?#]+)'))) stored;
    create index source_due_of_host on source (host, next_check_at) where next_check_at is not null;
    create index host_gate_leased on host_gate (lease_token) where lease_token is not null;
  `.execute(db);
}

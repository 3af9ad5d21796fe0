import { sql, type Kysely } from 'kysely';

/** What the next request has to know of the last: until when a server asked to be left alone. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table source add column not_before timestamptz;
    comment on column source.not_before is 'Until when its server asked to be left alone (Retry-After); no person''s wish goes before it.';
    create index item_fetch_due_first on item_fetch (next_check_at) where next_check_at is not null;
  `.execute(db);
}

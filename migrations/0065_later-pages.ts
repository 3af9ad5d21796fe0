import { sql, type Kysely } from 'kysely';

/** Where a host asks for long pauses, the further pages of a list are read one by one, each when it may be asked. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table source add column later_pages jsonb;
    alter table source add constraint source_later_pages_check
      check (jsonb_typeof(later_pages) = 'array' and jsonb_array_length(later_pages) between 1 and 100);
    comment on column source.later_pages is 'Further pages of its list that are read next: the pause of the host left no time for them.';
  `.execute(db);
}

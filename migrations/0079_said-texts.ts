import { sql, type Kysely } from 'kysely';

/** What a source said of an item: an edit is told by what the same source said before, not by another's words. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table item_sighting add column text_sha256 text check (text_sha256 ~ '^[0-9a-f]{64}$');
    comment on column item_sighting.text_sha256 is 'Of the text that the source gave with the item; null where it gave none.';
  `.execute(db);
}

import { sql, type Kysely } from 'kysely';

/**
 * Two items that turn out to be one notice, once the page of the second says its number: the second keeps its
 * revisions, and all that is asked of it leads to the first.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table item add column merged_into uuid references item (id);
    comment on column item.merged_into is 'The item that this one turned out to be; null for an item of its own.';
    create index item_base_identity on item ((split_part(identity, '#day:', 1)));
    create index item_merged on item (merged_into) where merged_into is not null;
  `.execute(db);
}

import { sql, type Kysely } from 'kysely';

/** By which code a source and a page were read last: what better code reads otherwise is no change of theirs. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table source add column extractor_version integer not null default 1;
    alter table item_fetch add column extractor_version integer not null default 1;
    comment on column source.extractor_version is 'Of the code that read its lists last.';
    comment on column item_fetch.extractor_version is 'Of the code that read the page last.';
  `.execute(db);
}

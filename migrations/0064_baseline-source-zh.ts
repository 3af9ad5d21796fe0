import { sql, type Kysely } from 'kysely';

/** Where a baseline comes from and how it was derived, in Chinese as well: both stand beside its hours. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table baseline
      add column source_title_zh text check (length(source_title_zh) between 1 and 500),
      add column derivation_zh text check (length(derivation_zh) between 1 and 1000);
  `.execute(db);
}

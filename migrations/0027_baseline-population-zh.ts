import { sql, type Kysely } from 'kysely';

/** Whom a baseline is about, in Chinese as well: it stands beside every number that is compared. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table baseline add column population_zh text check (length(population_zh) between 1 and 300);
  `.execute(db);
}

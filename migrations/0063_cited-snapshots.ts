import { sql, type Kysely } from 'kysely';

/** A snapshot that a version of a rule rests on is proof: jobs see which ones these are, and nothing else of a version. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create policy of_jobs on rule_version for select to greenlane_worker using (snapshot_id is not null);
    grant select (snapshot_id) on rule_version to greenlane_worker;
  `.execute(db);
}

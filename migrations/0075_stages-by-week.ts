import { sql, type Kysely } from 'kysely';

/**
 * Cells of stages are kept of weeks too, so that a dashboard reads no durations of a month that it begins in: the
 * worker makes those of every month within minutes. The owner of a table is bound by its policies like anybody,
 * so that without this pause an owner who is no superuser would mark nothing.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table clearance_month no force row level security;
    update clearance_month set is_stale = true, changed_at = now() - interval '1 hour';
    alter table clearance_month force row level security;
  `.execute(db);
}

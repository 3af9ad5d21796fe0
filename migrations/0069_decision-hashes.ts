import { sql, type Kysely } from 'kysely';

const HASHES = ['category_state_sha256', 'input_sha256', 'lab_state_sha256', 'verdict_sha256'];

/**
 * The same texts as before, told otherwise: PostgreSQL counts the repetitions of `{64}` one by one, and four of
 * them were more than half of what a row of the log cost.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const changes = HASHES.map((name) => {
    const constraint = `eligibility_decision_${name}_check`;
    return `drop constraint ${constraint}, add constraint ${constraint} check (length(${name}) = 64 and ${name} !~ '[^0-9a-f]')`;
  });
  await sql.raw(`alter table eligibility_decision ${changes.join(', ')}`).execute(db);
}

import { sql } from 'kysely';
import type { Tx } from '#lib/server/db/connect.ts';

/**
 * Deletes the records of a firm that is about to be deleted, in the transaction that deletes it. They carry no
 * foreign key to the firm, because it would cost every import; the firm's lock keeps a running one out.
 */
export async function forgetRecords(tx: Tx, firm_id: string): Promise<void> {
  await sql`insert into clearance_setting (firm_id) values (${firm_id}) on conflict do nothing`.execute(tx);
  await sql`select from clearance_setting where firm_id = ${firm_id} for update`.execute(tx);
  await sql`delete from clearance where firm_id = ${firm_id}`.execute(tx);
}

/** Takes the numbers over all sample firms away, in a transaction of the operator. */
export async function forgetSampleCohorts(tx: Tx): Promise<void> {
  await tx.deleteFrom('cohort_month').where('is_sample', '=', true).execute();
}

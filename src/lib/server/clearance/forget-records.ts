import { sql } from 'kysely';
import type { Tx } from '#lib/server/db/connect.ts';

/**
 * Deletes the records of a firm that is about to be deleted, in the transaction that deletes it. They carry no
 * foreign key to the firm, because it would cost every import; the firm's lock keeps a running one out.
 */
export async function forgetRecords(tx: Tx, firm_id: string): Promise<void> {
  await keepOthersOut(tx, firm_id);
  await sql`delete from clearance where firm_id = ${firm_id}`.execute(tx);
}

/**
 * Erases the oldest month of a firm's records that ended before `until`, with their earlier states, their receipts
 * and the rejected rows of that time; gives how many records went. Whole months, so that no number is about a part
 * of one: its cells are rolled up anew, to nothing. A month is that of `declared_at` in China.
 */
export async function eraseOldestMonth(tx: Tx, firm_id: string, until: Date): Promise<number> {
  await keepOthersOut(tx, firm_id);
  const { rows: months } = await sql<{ month: string | null }>`
    select min(month)::text as month from clearance_month
    where firm_id = ${firm_id} and (month + interval '1 month') at time zone ${ZONE} <= ${until}`.execute(tx);
  const month = months[0]?.month;
  if (!month) return 0;
  const within = sql`declared_at >= ${month}::timestamp at time zone ${ZONE}
    and declared_at < (${month}::timestamp + interval '1 month') at time zone ${ZONE}`;
  const { rows } = await sql<{ n: string }>`
    with gone as (delete from clearance where firm_id = ${firm_id} and ${within} returning declaration_no),
    revisions as (delete from clearance_revision r using gone g
      where r.firm_id = ${firm_id} and r.declaration_no = g.declaration_no),
    receipts as (delete from clearance_receipt r using gone g
      where r.firm_id = ${firm_id} and r.declaration_no = g.declaration_no),
    computed as (delete from clearance_receipt_record r using gone g
      where r.firm_id = ${firm_id} and r.declaration_no = g.declaration_no)
    select count(*) as n from gone`.execute(tx);
  await sql`delete from clearance_import_error e using clearance_import i
    where i.firm_id = ${firm_id} and e.firm_id = i.firm_id and e.import_id = i.id
      and i.started_at < (${month}::timestamp + interval '1 month') at time zone ${ZONE}`.execute(tx);
  await sql`update clearance_month set is_stale = true where firm_id = ${firm_id} and month = ${month}::date`.execute(
    tx,
  );
  return Number(rows[0]?.n ?? 0);
}

const ZONE = sql.lit('Asia/Shanghai');

async function keepOthersOut(tx: Tx, firm_id: string): Promise<void> {
  await sql`insert into clearance_setting (firm_id) values (${firm_id}) on conflict do nothing`.execute(tx);
  await sql`select from clearance_setting where firm_id = ${firm_id} for update`.execute(tx);
}

/** Takes the numbers over all sample firms away, in a transaction of the operator. */
export async function forgetSampleCohorts(tx: Tx): Promise<void> {
  await tx.deleteFrom('cohort_month').where('is_sample', '=', true).execute();
}

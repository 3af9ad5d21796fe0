import { sql, type Kysely } from 'kysely';

/**
 * Cells of the parts of a shipment's way: arrival to declaration or the other way round, and inspection to
 * release. Months that are on file become stale, so that the worker makes their cells anew; until then
 * answers come from the records.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of ['clearance_cell', 'cohort_cell']) {
    const measured = sql.id(`${table}_measure_check`);
    await sql`
      alter table ${sql.table(table)} drop constraint ${measured};
      alter table ${sql.table(table)} add constraint ${measured} check (measure in
        ('declared_to_released', 'arrived_to_released', 'declared_to_inspected',
         'arrived_to_declared', 'declared_to_arrived', 'inspected_to_released'));
    `.execute(db);
  }
  await sql`update clearance_month set is_stale = true`.execute(db);
}

import { sql, type Kysely } from 'kysely';

/**
 * Durations and log-bins of cells and days lie packed in bytes: arrays are written number by number, which was
 * nine tenths of what a dashboard took in the database. These tables hold nothing that the records do not: they
 * are made empty, and every month is marked, so that the worker fills them within minutes. The owner of a table
 * is bound by its policies like anybody, so that without the pause one who is no superuser would mark nothing.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    truncate clearance_cell, clearance_day;
    alter table clearance_cell
      drop column seconds, drop column bins, drop column counts,
      add column is_exact boolean not null,
      add column durations bytea not null;
    comment on column clearance_cell.durations is 'Packed: every value where is_exact, else each log-bin with its count (packed-values.ts).';
    alter table clearance_day
      drop column declared_to_released, drop column arrived_to_released, drop column declared_to_inspected,
      drop column arrived_to_declared, drop column declared_to_arrived, drop column inspected_to_released,
      add column declared_to_released bytea,
      add column arrived_to_released bytea,
      add column declared_to_inspected bytea,
      add column arrived_to_declared bytea,
      add column declared_to_arrived bytea,
      add column inspected_to_released bytea;
    comment on table clearance_day is 'The declarations of a day, office, channel and category: how many of them are released, were inspected and so on, and their durations in seconds, packed (packed-values.ts), null for none. A - stands for not given.';
    alter table clearance_month no force row level security;
    update clearance_month set is_stale = true, changed_at = now() - interval '1 hour';
    alter table clearance_month force row level security;
  `.execute(db);
}

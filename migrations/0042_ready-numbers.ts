import { sql, type Kysely } from 'kysely';

/**
 * What is shown of whole months and weeks is kept ready: the counts of a month, of which a dashboard added up
 * those of every day, and three quantiles beside each cell, so that a line or a map reads no durations. These
 * tables hold nothing that the records do not: they are made empty, and every month is marked, so that the
 * worker fills them within minutes.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table clearance_tally (
      firm_id uuid not null references auth.firm (id) on delete cascade,
      direction text not null check (direction in ('export', 'import')),
      month date not null check (extract(day from month) = 1),
      customs_office text not null,
      channel text not null,
      category text not null,
      is_extra boolean not null,
      declared integer not null,
      released integer not null,
      inspected integer not null,
      within_a_minute integer not null,
      listed integer not null,
      arrived integer not null,
      prior integer not null,
      primary key (firm_id, direction, month, customs_office, channel, category, is_extra)
    );
    comment on table clearance_tally is 'The counts of clearance_day, added up over each month.';
    alter table clearance_tally enable row level security;
    alter table clearance_tally force row level security;
    create policy of_firm on clearance_tally to greenlane_app
      using (firm_id = (select app_firm_id())) with check (firm_id = (select app_firm_id()));
    create policy rollup on clearance_tally to greenlane_worker using (true) with check (true);
    grant select, insert, update, delete on clearance_tally to greenlane_app, greenlane_worker;

    truncate clearance_cell;
    alter table clearance_cell
      add column p10_seconds double precision not null,
      add column p50_seconds double precision not null,
      add column p90_seconds double precision not null;
    comment on column clearance_cell.p10_seconds is 'With p50 and p90: what a point of a line shows, so that its values need not be read.';
    update clearance_month set is_stale = true, changed_at = now() - interval '1 hour';
  `.execute(db);
}

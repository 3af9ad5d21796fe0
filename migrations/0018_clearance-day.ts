import { sql, type Kysely } from 'kysely';

/**
 * The days of the cube with their durations, in place of the tallies and of the cells by day. Weeks and
 * months are made from them, and stretches of days are read from them; cells by day in six shapes took
 * longer to write than the records. These tables hold nothing that the records do not: they are made empty,
 * and every month is marked, so that the worker fills them within minutes.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    drop table clearance_tally;
    create table clearance_day (
      firm_id uuid not null references auth.firm (id) on delete cascade,
      direction text not null check (direction in ('export', 'import')),
      day date not null,
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
      declared_to_released integer[],
      arrived_to_released integer[],
      declared_to_inspected integer[],
      arrived_to_declared integer[],
      declared_to_arrived integer[],
      inspected_to_released integer[],
      primary key (firm_id, direction, day, customs_office, channel, category, is_extra)
    ) with (toast_tuple_target = 8160);
    comment on table clearance_day is 'The declarations of a day, office, channel and category: how many of them are released, were inspected and so on, and their durations in seconds, null for none. A - stands for not given.';
    comment on column clearance_day.is_extra is 'A further category of declarations that are counted under their first one: sums over all categories leave it out.';
    comment on column clearance_day.listed is 'With at least one goods item of a named category of the programme.';
    comment on column clearance_day.arrived is 'With a time of arrival.';
    comment on column clearance_day.prior is 'Declared before arrival, which is legal.';
    alter table clearance_day enable row level security;
    alter table clearance_day force row level security;
    create policy of_firm on clearance_day to greenlane_app
      using (firm_id = (select app_firm_id())) with check (firm_id = (select app_firm_id()));
    create policy rollup on clearance_day to greenlane_worker using (true) with check (true);
    grant select, insert, update, delete on clearance_day to greenlane_app, greenlane_worker;

    truncate clearance_cell;
    alter table clearance_cell
      drop column p10_seconds, drop column p50_seconds, drop column p90_seconds, drop column p95_seconds,
      drop constraint clearance_cell_grain_check,
      add constraint clearance_cell_grain_check check (grain in ('month', 'week')),
      set (toast_tuple_target = 8160);
    comment on table clearance_cell is 'Hours of one slice of a firm in a month or week: all values up to 1,000, log-bins above. A * stands for all, a - for not given.';
    update clearance_month set is_stale = true, changed_at = now() - interval '1 hour';
  `.execute(db);
}

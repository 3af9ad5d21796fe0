import { sql, type Kysely } from 'kysely';

/**
 * Tallies by category, with what the honesty figures count. The table holds nothing that the records do not:
 * it is made empty, and every month is marked, so that the worker fills it within minutes.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    drop table clearance_tally;
    create table clearance_tally (
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
      primary key (firm_id, direction, day, customs_office, channel, category, is_extra)
    );
    comment on table clearance_tally is 'Declarations of a day, and how many of them are released, were inspected, or were released within a minute. A - stands for not given.';
    comment on column clearance_tally.is_extra is 'A further category of declarations that are counted under their first one: sums over all categories leave it out.';
    comment on column clearance_tally.listed is 'With at least one goods item of a named category of the programme.';
    comment on column clearance_tally.arrived is 'With a time of arrival.';
    comment on column clearance_tally.prior is 'Declared before arrival, which is legal.';
    alter table clearance_tally enable row level security;
    alter table clearance_tally force row level security;
    create policy of_firm on clearance_tally to greenlane_app
      using (firm_id = (select app_firm_id())) with check (firm_id = (select app_firm_id()));
    create policy rollup on clearance_tally to greenlane_worker using (true) with check (true);
    grant select, insert, update, delete on clearance_tally to greenlane_app, greenlane_worker;
    update clearance_month set is_stale = true, changed_at = now() - interval '1 hour';
  `.execute(db);
}

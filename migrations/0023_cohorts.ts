import { sql, type Kysely } from 'kysely';

/**
 * Numbers over all firms by month. Months that are due are noted by triggers on the firms' months, so that
 * whatever changes or deletes them, an import or the end of a firm, is never missed; the note is a row of its
 * own each time, because a shared one would make imports of different firms wait for each other.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    drop table cohort_cell;
    drop table cohort_month;

    create table cohort_month (
      is_sample boolean not null,
      direction text not null check (direction in ('export', 'import')),
      month date not null check (extract(day from month) = 1),
      as_of timestamptz not null,
      primary key (is_sample, direction, month)
    );
    comment on table cohort_month is 'The months with numbers over all firms; sample firms are a cohort of their own.';
    comment on column cohort_month.as_of is 'The records that were stored by then are in its numbers.';

    create table cohort_cell (
      is_sample boolean not null,
      measure text not null check (measure in ('declared_to_released', 'arrived_to_released', 'declared_to_inspected')),
      direction text not null,
      shape smallint not null check (shape between 0 and 15 and (shape & 9) <> 9),
      month date not null,
      customs_office text not null,
      category text not null,
      channel text not null,
      n integer not null check (n > 0),
      sum_seconds bigint not null,
      min_seconds integer not null check (min_seconds >= 0),
      max_seconds integer not null,
      seconds integer[],
      bins smallint[],
      counts integer[],
      firms integer not null check (firms >= 5),
      primary key (is_sample, measure, direction, shape, month, customs_office, category, channel),
      foreign key (is_sample, direction, month) references cohort_month on delete cascade,
      check ((seconds is null) <> (bins is null)),
      check ((bins is null) = (counts is null))
    );
    comment on table cohort_cell is 'Hours over all firms, each declaration once. Nothing about fewer than 5 firms is ever written, nor what it could be computed from.';
    comment on column cohort_cell.shape is 'Which dimensions are single: 1 office, 2 category, 4 channel, 8 district.';

    create table cohort_due (
      id bigint generated always as identity primary key,
      direction text not null,
      month date not null,
      noted_at timestamptz not null default now()
    );
    comment on table cohort_due is 'Months whose numbers over all firms are to be made anew.';

    create function note_cohort_due() returns trigger language plpgsql as $$
    begin
      insert into cohort_due (direction, month) select distinct direction, month from changed;
      return null;
    end $$;
    create trigger cohort_due_insert after insert on clearance_month
      referencing new table as changed for each statement execute function note_cohort_due();
    create trigger cohort_due_update after update on clearance_month
      referencing new table as changed for each statement execute function note_cohort_due();
    create trigger cohort_due_delete after delete on clearance_month
      referencing old table as changed for each statement execute function note_cohort_due();
    insert into cohort_due (direction, month) select distinct direction, month from clearance_month;
  `.execute(db);
  await protect(db);
}

async function protect(db: Kysely<unknown>): Promise<void> {
  for (const table of ['cohort_month', 'cohort_cell', 'cohort_due'])
    await sql`
      alter table ${sql.table(table)} enable row level security;
      alter table ${sql.table(table)} force row level security;
      create policy rollup on ${sql.table(table)} to greenlane_worker using (true) with check (true);
      grant select, insert, update, delete on ${sql.table(table)} to greenlane_worker;
    `.execute(db);
  await sql`
    create policy readable on cohort_month for select to greenlane_app using (true);
    create policy readable on cohort_cell for select to greenlane_app using (true);
    create policy operator_clears_sample on cohort_month for delete to greenlane_app
      using (is_sample and app_is_operator());
    grant select, delete on cohort_month to greenlane_app;
    grant select on cohort_cell to greenlane_app;
    create policy anybody_notes on cohort_due for insert to greenlane_app with check (true);
    grant insert on cohort_due to greenlane_app;
  `.execute(db);
}

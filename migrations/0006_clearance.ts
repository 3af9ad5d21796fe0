import { sql, type Kysely } from 'kysely';

/** The years that have a partition of their own; numbers of other years share one. */
const FIRST_YEAR = 2015;
const LAST_YEAR = 2040;

const STATE = `
  direction text not null check (direction in ('export', 'import')),
  customs_office text not null,
  channel text check (channel in ('green', 'ordinary')),
  category text,
  is_category_derived boolean not null default false,
  hs_code text,
  product_name text,
  arrived_at timestamptz,
  declared_at timestamptz not null,
  inspection_notified_at timestamptz,
  inspected_at timestamptz,
  released_at timestamptz,
  import_no integer not null,
  line integer not null`;

const CELL = `
  measure text not null check (measure in ('declared_to_released', 'arrived_to_released', 'declared_to_inspected')),
  direction text not null check (direction in ('export', 'import')),
  grain text not null check (grain in ('month', 'week', 'day')),
  shape smallint not null check (shape between 0 and 7),
  period_start date not null,
  customs_office text not null,
  category text not null,
  channel text not null,
  n integer not null check (n > 0),
  sum_seconds bigint not null,
  min_seconds integer not null check (min_seconds >= 0),
  max_seconds integer not null,
  p10_seconds double precision not null,
  p50_seconds double precision not null,
  p90_seconds double precision not null,
  p95_seconds double precision not null,
  seconds integer[],
  bins smallint[],
  counts integer[],
  check ((seconds is null) <> (bins is null)),
  check ((bins is null) = (counts is null))`;

/** Clearance records of firms, their imports, and the cube of hours that every answer is read from. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `
    create table clearance_import (
      id uuid primary key default gen_random_uuid(),
      number integer generated always as identity unique,
      firm_id uuid not null references auth.firm (id) on delete cascade,
      actor_id uuid,
      file_name text check (length(file_name) <= 300),
      format text not null check (format in ('csv', 'ndjson', 'json', 'xlsx', 'receipts')),
      charset text,
      state text not null default 'running' check (state in ('running', 'finished', 'failed')),
      problem jsonb,
      header text[] not null default '{}',
      received integer not null default 0,
      accepted integer not null default 0,
      corrected integer not null default 0,
      duplicates integer not null default 0,
      rejected integer not null default 0,
      warnings integer not null default 0,
      bytes_read bigint not null default 0,
      bytes_total bigint,
      started_at timestamptz not null default now(),
      progressed_at timestamptz not null default now(),
      finished_at timestamptz
    );
    comment on column clearance_import.number is 'Stands in each record beside its line, so that a number leads back to the file it came from.';
    comment on column clearance_import.problem is 'Why the import failed: { code, params }.';
    create index clearance_import_newest on clearance_import (firm_id, number desc);

    create table clearance_import_error (
      firm_id uuid not null references auth.firm (id) on delete cascade,
      import_id uuid not null references clearance_import (id) on delete cascade,
      line integer not null,
      is_rejected boolean not null,
      problems jsonb not null,
      cells text[],
      primary key (import_id, line)
    );
    comment on column clearance_import_error.problems is 'All that is wrong with the row: [{ field, code, params, is_error }].';
    comment on column clearance_import_error.cells is 'The row as it came, so that it can be downloaded, mended and loaded again.';

    create table clearance (
      firm_id uuid not null,
      accepted_year smallint not null check (accepted_year = (declaration_no / 10000000000) % 10000),
      declaration_no bigint not null,
      item_no smallint not null default 1, ${STATE},
      primary key (firm_id, accepted_year, declaration_no)
    ) partition by range (accepted_year);
    comment on table clearance is 'One declaration of a firm, with its first goods item in the same row; the year is the one inside the number.';
    create index clearance_declared_at on clearance (firm_id, declared_at);
    create table clearance_other_years partition of clearance default;

    create table clearance_item (
      firm_id uuid not null,
      accepted_year smallint not null,
      declaration_no bigint not null,
      item_no smallint not null check (item_no between 1 and 999),
      category text,
      is_category_derived boolean not null default false,
      hs_code text,
      product_name text,
      import_no integer not null,
      line integer not null,
      primary key (firm_id, accepted_year, declaration_no, item_no),
      foreign key (firm_id, accepted_year, declaration_no) references clearance on delete cascade
    );
    comment on table clearance_item is 'The further goods items of a declaration; the first one is in the declaration itself.';

    create table clearance_revision (
      firm_id uuid not null references auth.firm (id) on delete cascade,
      accepted_year smallint not null,
      declaration_no bigint not null,
      item_no smallint not null,
      revision_no integer not null, ${STATE},
      superseded_at timestamptz not null default now(),
      superseded_import_no integer not null,
      superseded_line integer not null,
      primary key (firm_id, accepted_year, declaration_no, item_no, revision_no)
    );
    comment on table clearance_revision is 'States that a later file corrected. A row equal to one of them is a duplicate and not news.';

    create table clearance_month (
      firm_id uuid not null references auth.firm (id) on delete cascade,
      direction text not null check (direction in ('export', 'import')),
      month date not null check (extract(day from month) = 1),
      is_stale boolean not null default true,
      changed_at timestamptz not null default now(),
      primary key (firm_id, direction, month)
    );
    comment on table clearance_month is 'The months with records of a firm. While one is stale its cells are not read: answers come from its records.';
    create index clearance_month_stale on clearance_month (firm_id) where is_stale;

    create table clearance_setting (
      firm_id uuid primary key references auth.firm (id) on delete cascade,
      min_n integer not null default 30 check (min_n between 1 and 100000)
    );
    comment on table clearance_setting is 'One row a firm; whoever writes records or cells of the firm locks it first, so that writers never meet.';

    create table clearance_cell (
      firm_id uuid not null references auth.firm (id) on delete cascade, ${CELL},
      primary key (firm_id, measure, direction, grain, shape, period_start, customs_office, category, channel)
    );
    comment on table clearance_cell is 'Hours of one slice of a firm: all values up to 1,000, log-bins above. A * stands for all, a - for not given.';
    comment on column clearance_cell.shape is 'Which dimensions are single: 1 office, 2 category, 4 channel.';

    create table clearance_tally (
      firm_id uuid not null references auth.firm (id) on delete cascade,
      direction text not null check (direction in ('export', 'import')),
      day date not null,
      customs_office text not null,
      channel text not null,
      declared integer not null,
      released integer not null,
      inspected integer not null,
      within_a_minute integer not null,
      primary key (firm_id, direction, day, customs_office, channel)
    );
    comment on table clearance_tally is 'Declarations of a day, and how many of them are released, were inspected, or were released within a minute.';

    create table cohort_cell (${CELL},
      firms integer not null check (firms >= 5),
      as_of timestamptz not null,
      primary key (measure, direction, grain, shape, period_start, customs_office, category, channel)
    );
    comment on table cohort_cell is 'Hours over all firms, each declaration once; a cell of fewer than 5 firms is never written.';

    create table cohort_month (
      direction text not null check (direction in ('export', 'import')),
      month date not null,
      as_of timestamptz not null,
      primary key (direction, month)
    );

    create table baseline (
      id uuid primary key default gen_random_uuid(),
      reference_key text unique,
      measure text not null check (measure in
        ('declared_to_released', 'arrived_to_released', 'declared_to_inspected', 'gacc_overall')),
      direction text not null check (direction in ('export', 'import')),
      population text not null check (length(population) between 1 and 300),
      period_from date,
      period_to date,
      hours double precision not null check (hours > 0),
      hours_low double precision,
      hours_high double precision,
      is_derived boolean not null default false,
      derivation text,
      is_default boolean not null default false,
      definition_confirmed boolean not null default false,
      source_title text not null,
      source_url text,
      note text,
      note_zh text,
      recorded_at timestamptz not null default now(),
      recorded_by uuid,
      check (period_from is null or period_to is null or period_from <= period_to),
      check (hours_low is null or (hours_low <= hours and hours <= hours_high))
    );
    comment on table baseline is 'What somebody published or derived about clearance hours: observations, each with its definition and source.';
    create index baseline_default on baseline (measure, direction, recorded_at desc) where is_default;
  `,
    )
    .execute(db);
  for (let year = FIRST_YEAR; year <= LAST_YEAR; year += 1)
    await sql
      .raw(`create table clearance_${year} partition of clearance for values from (${year}) to (${year + 1})`)
      .execute(db);
  await protect(db);
}

async function protect(db: Kysely<unknown>): Promise<void> {
  const of_firms = [
    'clearance_import',
    'clearance_import_error',
    'clearance',
    'clearance_item',
    'clearance_revision',
    'clearance_month',
    'clearance_setting',
    'clearance_cell',
    'clearance_tally',
  ];
  for (const table of of_firms)
    await sql
      .raw(
        `alter table ${table} enable row level security;
         alter table ${table} force row level security;
         create policy of_firm on ${table} to greenlane_app
           using (firm_id = (select app_firm_id())) with check (firm_id = (select app_firm_id()));
         grant select, insert, update, delete on ${table} to greenlane_app;`,
      )
      .execute(db);
  await sql
    .raw(
      `
    create policy rollup on clearance_month to greenlane_worker using (true) with check (true);
    create policy rollup on clearance_setting to greenlane_worker using (true) with check (true);
    create policy rollup on clearance_cell to greenlane_worker using (true) with check (true);
    create policy rollup on clearance_tally to greenlane_worker using (true) with check (true);
    create policy rollup on clearance for select to greenlane_worker using (true);
    create policy rollup on clearance_item for select to greenlane_worker using (true);
    create policy rollup on clearance_import to greenlane_worker using (state = 'running') with check (true);
    grant select, update on clearance_month to greenlane_worker;
    grant select, insert, update on clearance_setting to greenlane_worker;
    grant select, insert, update, delete on clearance_cell, clearance_tally to greenlane_worker;
    grant select (firm_id, accepted_year, declaration_no, direction, customs_office, channel, category,
                  arrived_at, declared_at, inspection_notified_at, inspected_at, released_at, import_no)
      on clearance to greenlane_worker;
    grant select (firm_id, accepted_year, declaration_no, item_no, category) on clearance_item to greenlane_worker;
    grant select (id, number, firm_id, state, progressed_at) on clearance_import to greenlane_worker;
    grant update (state, problem, finished_at) on clearance_import to greenlane_worker;

    alter table cohort_cell enable row level security;
    alter table cohort_cell force row level security;
    create policy readable on cohort_cell for select to greenlane_app using (true);
    create policy rollup on cohort_cell to greenlane_worker using (true) with check (true);
    grant select on cohort_cell to greenlane_app;
    grant select, insert, update, delete on cohort_cell to greenlane_worker;

    alter table cohort_month enable row level security;
    alter table cohort_month force row level security;
    create policy readable on cohort_month for select to greenlane_app using (true);
    create policy rollup on cohort_month to greenlane_worker using (true) with check (true);
    grant select on cohort_month to greenlane_app;
    grant select, insert, update, delete on cohort_month to greenlane_worker;

    alter table baseline enable row level security;
    alter table baseline force row level security;
    create policy readable on baseline for select to greenlane_app, greenlane_worker using (true);
    create policy operator_inserts on baseline for insert to greenlane_app with check (app_is_operator());
    create policy operator_updates on baseline for update to greenlane_app using (app_is_operator());
    grant select, insert, update on baseline to greenlane_app;
    grant select on baseline to greenlane_worker;
  `,
    )
    .execute(db);
}

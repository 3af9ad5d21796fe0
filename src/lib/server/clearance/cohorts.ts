import type pg from 'pg';
import { cohortCells, type CohortAtom, type CohortCell } from '#lib/domain/clearance/cohort.ts';
import { MEASURES, NOT_GIVEN, type Measure } from '#lib/domain/clearance/measure.ts';
import { endOf } from '#lib/domain/clearance/period.ts';
import { dayFromText, instantOfDay } from '#lib/domain/text/calendar-day.ts';
import type { App } from '#lib/server/app.ts';
import { ALL } from './day-groups.ts';
import { CATEGORY, CHANNEL, OFFICE } from './fold-days.ts';
import type { Month } from './rollup.ts';

/** Beside the dimensions of a firm's cells: a whole district. */
export const DISTRICT = 8;

/** A run ends after this many months; the next tick goes on. */
const MONTHS_PER_RUN = 24;
/** A month that a firm is importing into is left until that is done, but not for longer than this. */
const PATIENCE_SECONDS = 600;
/** Rows of one insert. */
const CELLS_PER_INSERT = 500;

/**
 * Makes the numbers over all firms anew for the months that changed, each in a transaction of its own: from the
 * records, so that they are right after corrections and after a firm is deleted. Safe to run from several
 * workers: a month is locked, and what changes meanwhile is noted again.
 */
export async function mergeCohorts(
  app: Pick<App, 'pool'>,
  now: Date,
): Promise<{ months: number; cells: number }> {
  const counts = { months: 0, cells: 0 };
  for (const month of await dueMonths(app.pool.pg, now)) {
    counts.cells += await inTransaction(app.pool.pg, (client) => mergeMonth(client, month, now));
    counts.months += 1;
  }
  return counts;
}

async function dueMonths(pool: pg.Pool, now: Date): Promise<Month[]> {
  const { rows } = await pool.query<Month>(
    `select direction, to_char(month, 'YYYY-MM-DD') as month from cohort_due d
     group by d.direction, d.month
     having min(d.noted_at) < $1::timestamptz - make_interval(secs => $2)
       or not exists (select from clearance_month m where m.is_stale and m.direction = d.direction and m.month = d.month)
     -- The newest months are those that somebody waits for.
     order by d.month desc, d.direction limit $3`,
    [now, PATIENCE_SECONDS, MONTHS_PER_RUN],
  );
  return rows;
}

async function mergeMonth(client: pg.ClientBase, { direction, month }: Month, now: Date): Promise<number> {
  // The rows are the lock: whoever comes second waits here, and finds the notes gone or new ones.
  await client.query(
    `insert into cohort_month (is_sample, direction, month, as_of)
     select is_sample, $1, $2, $3 from (values (false), (true)) as x(is_sample) on conflict do nothing`,
    [direction, month, now],
  );
  await client.query(
    `select from cohort_month where direction = $1 and month = $2 order by is_sample for update`,
    [direction, month],
  );
  // Notes that are seen here are of changes that the next statements see.
  await client.query(`delete from cohort_due where direction = $1 and month = $2`, [direction, month]);
  let cells = 0;
  for (const is_sample of [false, true])
    cells += await replaceCohort(client, { is_sample, direction, month }, now);
  return cells;
}

export type Cohort = Month & { is_sample: boolean };

async function replaceCohort(client: pg.ClientBase, cohort: Cohort, now: Date): Promise<number> {
  const { is_sample, direction, month } = cohort;
  const key = [is_sample, direction, month];
  const cells = await cohortRows(client, cohort);
  await client.query(`delete from cohort_cell where is_sample = $1 and direction = $2 and month = $3`, key);
  if (cells.length === 0) {
    await client.query(
      `delete from cohort_month where is_sample = $1 and direction = $2 and month = $3`,
      key,
    );
    return 0;
  }
  for (let at = 0; at < cells.length; at += CELLS_PER_INSERT)
    await client.query(
      `insert into cohort_cell (is_sample, direction, month, measure, shape, customs_office, category, channel, n,
                                sum_seconds, min_seconds, max_seconds, seconds, bins, counts, firms)
       select $1, $2, $3, x.* from jsonb_to_recordset($4::jsonb) as x(measure text, shape smallint, customs_office text,
         category text, channel text, n integer, sum_seconds bigint, min_seconds integer, max_seconds integer,
         seconds integer[], bins smallint[], counts integer[], firms integer)`,
      [...key, JSON.stringify(cells.slice(at, at + CELLS_PER_INSERT))],
    );
  await client.query(
    `update cohort_month set as_of = $4 where is_sample = $1 and direction = $2 and month = $3`,
    [...key, now],
  );
  return cells.length;
}

/** The cells of a month over all firms, as they are stored. */
export async function cohortRows(client: pg.ClientBase, cohort: Cohort): Promise<CohortRow[]> {
  const atoms = await readAtoms(client, cohort);
  return MEASURES.flatMap((measure) =>
    cohortCells(atoms[measure]).cells.map((cell) => cellRow(measure, cell)),
  );
}

export type CohortRow = {
  measure: Measure;
  shape: number;
  customs_office: string;
  category: string;
  channel: string;
  firms: number;
  n: number;
  sum_seconds: number;
  min_seconds: number;
  max_seconds: number;
  seconds: number[] | null;
  bins: number[] | null;
  counts: number[] | null;
};

function cellRow(measure: Measure, { cell, firms, ...of }: CohortCell): CohortRow {
  const place = { all: 0, district: DISTRICT, office: OFFICE }[of.place];
  const { n, sum_seconds, min_seconds, max_seconds } = cell;
  return {
    measure,
    shape: place | (of.by_category ? CATEGORY : 0) | (of.by_channel ? CHANNEL : 0),
    customs_office: of.customs_office ?? ALL,
    category: of.category ?? ALL,
    channel: of.channel ?? ALL,
    firms,
    n,
    sum_seconds,
    min_seconds,
    max_seconds,
    seconds: cell.kind === 'exact' ? [...cell.seconds] : null,
    bins: cell.kind === 'sketch' ? [...cell.bins] : null,
    counts: cell.kind === 'sketch' ? [...cell.counts] : null,
  };
}

type AtomRow = Omit<CohortAtom, 'seconds'> & Record<Measure, number[] | null>;

/** Whole seconds between two columns, rounded half up, of the declarations that have both. */
const elapsed = (from: string, to: string) =>
  `json_agg(floor(date_part('epoch', ${to} - ${from}) + 0.5)::int) filter (where ${to} >= ${from})`;

const ATOMS = `customs_office, coalesce(channel, '${NOT_GIVEN}') as channel, holders,
  ${elapsed('declared_at', 'released_at')} as declared_to_released,
  ${elapsed('arrived_at', 'released_at')} as arrived_to_released,
  ${elapsed('declared_at', 'inspected_at')} as declared_to_inspected`;

/**
 * The declarations of a month, each once, however many firms hold it: as the one tells it that imported it
 * last. Firms are numbered, and no number leaves this file. A firm that is deleted is not asked, whatever
 * records were left behind.
 */
async function readAtoms(client: pg.ClientBase, cohort: Cohort): Promise<Record<Measure, CohortAtom[]>> {
  const start = dayFromText(cohort.month) ?? 0;
  const { rows } = await client.query<AtomRow>(
    `with firm as (
       select f.id, row_number() over (order by f.id)::int as no from auth.firm f
       where f.is_sample = $1
         and exists (select from clearance_month m where m.firm_id = f.id and m.direction = $2 and m.month = $3)),
     held as materialized (
       select f.no, c.firm_id, c.accepted_year, c.declaration_no, c.import_no, c.customs_office, c.channel, c.category,
              c.arrived_at, c.declared_at, c.inspected_at, c.released_at
       from firm f join clearance c on c.firm_id = f.id and c.direction = $2 and c.declared_at >= $4 and c.declared_at < $5),
     told as (
       select declaration_no, (array_agg(no order by import_no desc, no))[1] as no, array_agg(no order by no) as holders
       from held group by declaration_no),
     once as materialized (select h.*, t.holders from told t join held h using (declaration_no, no))
     select ${ATOMS}, coalesce(category, '${NOT_GIVEN}') as category, false as is_extra
     from once group by customs_office, category, channel, holders
     union all
     select ${ATOMS}, i.category, true as is_extra
     from once c cross join lateral (
       select distinct coalesce(i.category, '${NOT_GIVEN}') as category from clearance_item i
       where i.firm_id = c.firm_id and i.accepted_year = c.accepted_year and i.declaration_no = c.declaration_no
         and i.category is distinct from c.category) i
     group by customs_office, i.category, channel, holders`,
    [
      cohort.is_sample,
      cohort.direction,
      cohort.month,
      instantOfDay(start),
      instantOfDay(endOf('month', start)),
    ],
  );
  const ofMeasure = (measure: Measure) =>
    rows.flatMap((row): CohortAtom[] => {
      const seconds = row[measure];
      if (!seconds) return [];
      const { customs_office, category, channel, is_extra, holders } = row;
      return [{ customs_office, category, channel, is_extra, holders, seconds: Int32Array.from(seconds) }];
    });
  return {
    declared_to_released: ofMeasure('declared_to_released'),
    arrived_to_released: ofMeasure('arrived_to_released'),
    declared_to_inspected: ofMeasure('declared_to_inspected'),
  };
}

async function inTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let is_broken = false;
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (cause) {
    await client.query('rollback').catch(() => (is_broken = true));
    throw cause;
  } finally {
    client.release(is_broken);
  }
}

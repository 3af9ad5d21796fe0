import type pg from 'pg';
import { inSnapshot } from '#lib/server/db/snapshot.ts';
import type { CheckContext, Finding } from '#lib/server/integrity/finding.ts';
import { cohortRows, mergeCohorts, type Cohort, type CohortRow } from './cohorts.ts';

const MONTHS_MAX = 10_000;
const NAMED_PER_MONTH = 20;

/** Makes the numbers over all firms once more and compares them with what is shown; months that are due are left. */
export async function* findCohortDifferences(context: CheckContext): AsyncGenerator<Finding, string> {
  const { rows } = await context.worker.pool.pg.query<Cohort>(
    `with found as (
       select is_sample, direction, month from cohort_month
       union select f.is_sample, m.direction, m.month from clearance_month m join auth.firm f on f.id = m.firm_id)
     select is_sample, direction, to_char(month, 'YYYY-MM-DD') as month from found order by 1, 2, 3 limit $1`,
    [MONTHS_MAX],
  );
  for (const cohort of rows) {
    const found = await inSnapshot(context.worker.pool.pg, (client) => differencesOf(client, cohort));
    const where = `Over all ${cohort.is_sample ? 'sample ' : ''}firms, ${cohort.direction}, ${cohort.month.slice(0, 7)}`;
    const mend = { key: `${cohort.direction} ${cohort.month}`, run: () => mergeAnew(context, cohort) };
    for (const difference of found.slice(0, NAMED_PER_MONTH))
      yield { sentence: `${where}, ${difference}.`, mend };
    if (found.length > NAMED_PER_MONTH)
      yield {
        sentence: `${where}: ${found.length - NAMED_PER_MONTH} more cells differ from the records.`,
        mend,
      };
  }
  return `${rows.length} months`;
}

async function differencesOf(client: pg.ClientBase, cohort: Cohort): Promise<string[]> {
  const due = await client.query(`select from cohort_due where direction = $1 and month = $2 limit 1`, [
    cohort.direction,
    cohort.month,
  ]);
  if (due.rows.length > 0) return [];
  const { rows } = await client.query<CohortRow>(
    `select measure, shape, customs_office, category, channel, firms, n, sum_seconds::float8 as sum_seconds, min_seconds,
            max_seconds, seconds, bins, counts
     from cohort_cell where is_sample = $1 and direction = $2 and month = $3`,
    [cohort.is_sample, cohort.direction, cohort.month],
  );
  const stored = new Map(rows.map((row) => [nameOf(row), valuesOf(row)]));
  const found: string[] = [];
  for (const row of await cohortRows(client, cohort)) {
    const name = nameOf(row);
    const values = stored.get(name);
    stored.delete(name);
    if (values === undefined) found.push(`${name}: the cell is missing`);
    else if (values !== valuesOf(row)) found.push(`${name}: it differs from the records`);
  }
  return [...found, ...[...stored.keys()].map((name) => `${name}: it may not be shown`)];
}

const nameOf = ({ measure, shape, customs_office, category, channel }: CohortRow) =>
  `cell of ${measure}, shape ${shape}, office ${customs_office}, category ${category}, channel ${channel}`;

const valuesOf = (row: CohortRow) =>
  JSON.stringify([
    row.firms,
    row.n,
    row.sum_seconds,
    row.min_seconds,
    row.max_seconds,
    row.seconds,
    row.bins,
    row.counts,
  ]);

async function mergeAnew({ worker, now }: CheckContext, { direction, month }: Cohort): Promise<void> {
  await worker.pool.pg.query('insert into cohort_due (direction, month) values ($1, $2)', [direction, month]);
  await mergeCohorts(worker, now);
}

import type pg from 'pg';
import { cellOf, quantileOf, READY_FRACTIONS, type Cell } from '#lib/domain/clearance/cell.ts';
import { CELL_MEASURES, ofEachMeasure, type CellMeasure } from '#lib/domain/clearance/measure.ts';
import { Packing, Unpacking } from '#lib/domain/clearance/packed-values.ts';
import { endOf, startOf } from '#lib/domain/clearance/period.ts';
import { dayFromText, dayToText } from '#lib/domain/text/calendar-day.ts';
import { inFirmClient } from '#lib/server/db/copy.ts';
import { inSnapshot } from '#lib/server/db/snapshot.ts';
import type { CheckContext, Finding } from '#lib/server/integrity/finding.ts';
import { readRecords, type RawGroup } from './check-records.ts';
import { ALL } from './day-groups.ts';
import { ALL_SHAPES, CATEGORY, CHANNEL, OFFICE } from './fold-days.ts';
import { shapesOf } from './period-cells.ts';
import { markStale, refreshFirm, type Month } from './rollup.ts';
import { packedOf } from './write-cells.ts';
import { DAY_COUNTS } from './write-tallies.ts';

const FIRMS_MAX = 10_000;
const MONTHS_MAX = 10_000;
/** A month with one wrong cell often has hundreds: so many are named, the others counted. */
const NAMED_PER_MONTH = 20;
/** The worker takes a stale month up within a minute; one that stays so for longer is forgotten. */
const STALE_AFTER_SECONDS = 900;

type FirmMonth = Month & {
  firm_id: string;
  slug: string;
  is_stale: boolean;
  is_forgotten: boolean;
  is_known: boolean;
};

/**
 * Compares every cell and every day of the rollup with the records that it was made from. The records are read
 * and folded by code of its own, so that an error of the rollup is found as well as a damaged row.
 */
export async function* findRollupDifferences(context: CheckContext): AsyncGenerator<Finding, string> {
  let months = 0;
  const { rows: firms } = await context.worker.pool.pg.query<{ id: string; slug: string }>(
    'select id, slug from auth.firm order by slug limit $1',
    [FIRMS_MAX],
  );
  for (const firm of firms)
    for (const month of await monthsOf(context, firm)) {
      const mend = { key: firm.id, run: () => rollUpAnew(context, firm.id) };
      const where = `Firm ${month.slug}, ${month.direction}, ${month.month.slice(0, 7)}`;
      if (month.is_forgotten)
        yield { sentence: `${where}: the numbers wait to be made anew for longer than they should.`, mend };
      if (month.is_stale) continue;
      months += 1;
      if (!month.is_known)
        yield { sentence: `${where}: there are records or numbers and no mark of the month.`, mend };
      const found = await inSnapshot(context.worker.pool.pg, (client) => differencesOf(client, month));
      for (const difference of found.slice(0, NAMED_PER_MONTH))
        yield { sentence: `${where}, ${difference}.`, mend };
      if (found.length > NAMED_PER_MONTH)
        yield {
          sentence: `${where}: ${found.length - NAMED_PER_MONTH} more cells differ from the records.`,
          mend,
        };
    }
  return `${months} months of ${firms.length} firms`;
}

/** Every month of the firm that has records, numbers or a mark. */
async function monthsOf(
  { worker, now }: CheckContext,
  firm: { id: string; slug: string },
): Promise<FirmMonth[]> {
  const { rows } = await worker.pool.pg.query<Omit<FirmMonth, 'firm_id' | 'slug'>>(
    `with found as (
       select direction, date_trunc('month', declared_at at time zone 'Asia/Shanghai')::date as month from clearance where firm_id = $1
       union select direction, date_trunc('month', day)::date from clearance_day where firm_id = $1
       union select direction, date_trunc('month', period_start)::date from clearance_cell where firm_id = $1
       union select direction, month from clearance_month where firm_id = $1),
     -- The week that a month begins in may begin in the month before.
     reached as (select direction, month from found
                 union select direction, date_trunc('month', date_trunc('week', month))::date from found)
     select f.direction, to_char(f.month, 'YYYY-MM-DD') as month, coalesce(m.is_stale, false) as is_stale,
            -- A week may begin in a month that has nothing else.
            m.firm_id is not null or not exists (
              select from clearance_day d where d.firm_id = $1 and d.direction = f.direction
                and d.day >= f.month and d.day < f.month + interval '1 month') and not exists (
              select from clearance c where c.firm_id = $1 and c.direction = f.direction
                and c.declared_at >= f.month::timestamp at time zone 'Asia/Shanghai'
                and c.declared_at < (f.month + interval '1 month') at time zone 'Asia/Shanghai') as is_known,
            coalesce(m.is_stale and m.changed_at < $2::timestamptz - make_interval(secs => $3), false) as is_forgotten
     from reached f left join clearance_month m on m.firm_id = $1 and m.direction = f.direction and m.month = f.month
     order by f.direction, f.month limit $4`,
    [firm.id, now, STALE_AFTER_SECONDS, MONTHS_MAX],
  );
  return rows.map((row) => ({ ...row, firm_id: firm.id, slug: firm.slug }));
}

/** Marks all that the firm has and makes it anew, as an import would. */
async function rollUpAnew(context: CheckContext, firm_id: string): Promise<void> {
  const months = await monthsOf(context, { id: firm_id, slug: '' });
  await inFirmClient(context.app.pool.pg, firm_id, (client) => markStale(client, firm_id, months));
  await refreshFirm(context.app.pool.pg, firm_id);
}

/** What differs in the days and the month of a firm, and in the weeks that begin in it. */
async function differencesOf(client: pg.ClientBase, month: FirmMonth): Promise<string[]> {
  const start = dayFromText(month.month) ?? 0;
  const end = endOf('month', start);
  const first_monday = startOf('week', start + 6);
  const weeks = { start: first_monday, end: startOf('week', end - 1) + 7 };
  const raw = await readRecords(client, month, { start, end: weeks.end });
  const own = raw.filter(({ day }) => day < end);
  const stale = await isStaleAfter(client, month);
  return [
    ...(await compareDays(client, month, { start, end }, own)),
    ...(await compareTallies(client, month, own)),
    ...(await compareCells(client, { month, grain: 'month', start, end }, own)),
    // The last week reaches into the next month: while that one is made anew, nobody reads it.
    ...(stale
      ? []
      : await compareCells(
          client,
          { month, grain: 'week', ...weeks },
          raw.filter(({ day }) => day >= first_monday),
        )),
  ];
}

async function isStaleAfter(client: pg.ClientBase, month: FirmMonth): Promise<boolean> {
  const { rows } = await client.query(
    `select from clearance_month where firm_id = $1 and direction = $2 and month = ($3::date + interval '1 month')::date and is_stale`,
    [month.firm_id, month.direction, month.month],
  );
  return rows.length > 0;
}

type StoredDay = Omit<RawGroup, 'seconds'> & Record<CellMeasure, Buffer | null>;

async function compareDays(
  client: pg.ClientBase,
  month: FirmMonth,
  days: { start: number; end: number },
  raw: readonly RawGroup[],
): Promise<string[]> {
  const { rows } = await client.query<StoredDay>(
    `select day - date '1970-01-01' as day, customs_office, category, channel, is_extra, ${DAY_COUNTS.join(', ')},
            ${CELL_MEASURES.join(', ')}
     from clearance_day where firm_id = $1 and direction = $2 and day >= $3 and day < $4`,
    [month.firm_id, month.direction, dayToText(days.start), dayToText(days.end)],
  );
  const nameOf = (row: Omit<RawGroup, 'seconds'>) =>
    `${dayToText(row.day)}, office ${row.customs_office}, category ${row.category}, channel ${row.channel}${row.is_extra ? ', further category' : ''}`;
  const unpacking = new Unpacking();
  const stored = new Map(
    rows.map((row) => {
      const seconds = ofEachMeasure((measure) => unpacking.ascending(row[measure] ?? Buffer.alloc(0)));
      return [nameOf(row), [row, seconds] as const];
    }),
  );
  const found: string[] = [];
  for (const group of raw) {
    const name = nameOf(group);
    const [row, seconds] = stored.get(name) ?? [];
    stored.delete(name);
    if (!row || !seconds) found.push(`day ${name}: the day is missing`);
    else
      for (const difference of [
        ...DAY_COUNTS.flatMap((count) => told(count, row[count], group[count])),
        ...CELL_MEASURES.flatMap((measure) =>
          isSameSet(seconds[measure], group.seconds[measure]) ? [] : [`its durations of ${measure} differ`],
        ),
      ])
        found.push(`day ${name}: ${difference}`);
  }
  return [...found, ...[...stored.keys()].map((name) => `day ${name}: there are no such records`)];
}

/** The counts of the month against those of its records, in both directions. */
async function compareTallies(
  client: pg.ClientBase,
  month: FirmMonth,
  raw: readonly RawGroup[],
): Promise<string[]> {
  type Row = Pick<
    RawGroup,
    'customs_office' | 'category' | 'channel' | 'is_extra' | (typeof DAY_COUNTS)[number]
  >;
  const { rows } = await client.query<Row>(
    `select customs_office, category, channel, is_extra, ${DAY_COUNTS.join(', ')}
     from clearance_tally where firm_id = $1 and direction = $2 and month = $3`,
    [month.firm_id, month.direction, month.month],
  );
  const nameOf = (row: Row) =>
    `office ${row.customs_office}, category ${row.category}, channel ${row.channel}${row.is_extra ? ', further category' : ''}`;
  const sums = new Map<string, Record<(typeof DAY_COUNTS)[number], { stored: number; expected: number }>>();
  const add = (row: Row, side: 'stored' | 'expected') => {
    const none = () => ({ stored: 0, expected: 0 });
    const sum = sums.get(nameOf(row)) ?? {
      declared: none(),
      released: none(),
      inspected: none(),
      within_a_minute: none(),
      listed: none(),
      arrived: none(),
      prior: none(),
    };
    for (const count of DAY_COUNTS) sum[count][side] += row[count];
    sums.set(nameOf(row), sum);
  };
  for (const row of rows) add(row, 'stored');
  for (const group of raw) add(group, 'expected');
  return [...sums].flatMap(([name, sum]) =>
    DAY_COUNTS.flatMap((count) => told(count, sum[count].stored, sum[count].expected)).map(
      (difference) => `month, ${name}: ${difference}`,
    ),
  );
}

function isSameSet(a: Int32Array, b: Int32Array): boolean {
  return a.toSorted().join() === b.toSorted().join();
}

const told = (what: string, stored: number, expected: number) =>
  stored === expected ? [] : [`it says ${what} ${stored}, the records say ${expected}`];

type CellsOf = { month: FirmMonth; grain: 'month' | 'week'; start: number; end: number };
type StoredCell = {
  name: string;
  n: number;
  sum_seconds: string;
  min_seconds: number;
  max_seconds: number;
  is_exact: boolean;
  durations: Buffer;
  p10_seconds: number;
  p50_seconds: number;
  p90_seconds: number;
};

async function compareCells(client: pg.ClientBase, of: CellsOf, raw: readonly RawGroup[]): Promise<string[]> {
  const { rows } = await client.query<StoredCell>(
    `select concat_ws(' ', measure, shape, to_char(period_start, 'YYYY-MM-DD'), customs_office, category, channel) as name,
            n, sum_seconds, min_seconds, max_seconds, is_exact, durations,
            p10_seconds, p50_seconds, p90_seconds
     from clearance_cell
     where firm_id = $1 and direction = $2 and grain = $3 and period_start >= $4 and period_start < $5`,
    [of.month.firm_id, of.month.direction, of.grain, dayToText(of.start), dayToText(of.end)],
  );
  const stored = new Map(rows.map((row) => [row.name, row]));
  const found: string[] = [];
  for (const [name, cell] of expectedCells(of, raw)) {
    const row = stored.get(name);
    stored.delete(name);
    const differences = row ? differencesOfCell(row, cell) : ['the cell is missing'];
    for (const difference of differences) found.push(`${described(of.grain, name)}: ${difference}`);
  }
  for (const name of stored.keys()) found.push(`${described(of.grain, name)}: there are no such records`);
  return found;
}

function expectedCells({ grain }: CellsOf, raw: readonly RawGroup[]): Map<string, Cell> {
  const values = new Map<string, number[]>();
  for (const group of raw)
    for (const shape of ALL_SHAPES) {
      if (group.is_extra && !(shape & CATEGORY)) continue;
      const place = [
        shape,
        dayToText(startOf(grain, group.day)),
        shape & OFFICE ? group.customs_office : ALL,
        shape & CATEGORY ? group.category : ALL,
        shape & CHANNEL ? group.channel : ALL,
      ].join(' ');
      for (const measure of CELL_MEASURES) {
        if (group.seconds[measure].length === 0 || !shapesOf(grain, measure).includes(shape)) continue;
        const known = values.get(`${measure} ${place}`);
        if (known) for (const value of group.seconds[measure]) known.push(value);
        else values.set(`${measure} ${place}`, [...group.seconds[measure]]);
      }
    }
  return new Map([...values].map(([name, seconds]) => [name, cellOf(Int32Array.from(seconds))]));
}

function differencesOfCell(row: StoredCell, cell: Cell): string[] {
  const is_same =
    row.is_exact === (cell.kind === 'exact') && row.durations.equals(packedOf(new Packing(), cell));
  const found = [
    ...told('n', row.n, cell.n),
    ...told('sum', Number(row.sum_seconds), cell.sum_seconds),
    ...told('min', row.min_seconds, cell.min_seconds),
    ...told('max', row.max_seconds, cell.max_seconds),
    ...READY_FRACTIONS.flatMap((fraction, index) => {
      const stored = [row.p10_seconds, row.p50_seconds, row.p90_seconds][index] ?? NaN;
      return told(`p${100 * fraction}`, stored, quantileOf(cell, fraction));
    }),
  ];
  return found.length > 0 || is_same ? found : ['its durations differ from the records'];
}

function described(grain: string, name: string): string {
  const [measure, , start, office, category, channel] = name.split(' ');
  return `cell of ${measure}, ${grain} of ${start}, office ${office}, category ${category}, channel ${channel}`;
}

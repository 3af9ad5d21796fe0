import type pg from 'pg';
import { quantileOf, READY_FRACTIONS, type Cell } from '#lib/domain/clearance/cell.ts';
import {
  CELL_MEASURES,
  MEASURES,
  ofEachMeasure,
  type CellMeasure,
  type Direction,
} from '#lib/domain/clearance/measure.ts';
import { dayFromText, dayToText, endOf, startOf, type Grain } from '#lib/domain/clearance/period.ts';
import { copyRows, inFirmClient, type CopyBuffer } from '#lib/server/db/copy.ts';
import { dayGroups, type DayGroup, type DayKey } from './day-groups.ts';
import {
  ALL_SHAPES,
  CATEGORY,
  CHANNEL,
  foldDays,
  joined,
  joinedCell,
  OFFICE,
  type CellKey,
} from './fold-days.ts';
import { DAY_COUNTS, replaceTallies } from './write-tallies.ts';

/** A month of a firm's declarations; `month` is its first day. */
export type Month = { direction: Direction; month: string };

/**
 * What cells are kept of. Weeks by office and category together would be as many as all others: they are
 * read from days, which are kept undivided.
 */
export type CellGrain = Exclude<Grain, 'day'>;
const SHAPES: Record<CellGrain, readonly number[]> = {
  month: ALL_SHAPES,
  week: [0, 1, 2, 4, 5, 6],
};
/** Stages are shown for a whole period, hardly ever of two dimensions at once: half of all cells were theirs. */
const STAGE_SHAPES: typeof SHAPES = { month: [0, OFFICE, CATEGORY, CHANNEL], week: [] };
const ASKED: ReadonlySet<CellMeasure> = new Set(MEASURES);

/** The shapes that cells of a measure are kept in; others are read from days. */
export function shapesOf(grain: CellGrain, measure: CellMeasure): readonly number[] {
  return (ASKED.has(measure) ? SHAPES : STAGE_SHAPES)[grain];
}

/** Months rolled up in one transaction: weeks across their borders are read once, memory stays small. */
const MONTHS_PER_STEP = 3;

/**
 * Locks the firm for writing records and cells. Writers of one firm take turns from here to their commit;
 * a row is locked and not an advisory lock, so that it holds across poolers and shards too.
 */
export async function lockFirm(client: pg.ClientBase, firm_id: string): Promise<void> {
  const lock = () => client.query('select from clearance_setting where firm_id = $1 for update', [firm_id]);
  if ((await lock()).rowCount === 1) return;
  await client.query('insert into clearance_setting (firm_id) values ($1) on conflict do nothing', [firm_id]);
  await lock();
}

/** From here on the cells of these months are not read, until `refreshMonths` made them anew. */
export async function markStale(
  client: pg.ClientBase,
  firm_id: string,
  months: readonly Month[],
): Promise<void> {
  if (months.length === 0) return;
  await client.query(
    `insert into clearance_month (firm_id, direction, month)
     select $1, direction, month from unnest($2::text[], $3::date[]) as x(direction, month)
     on conflict (firm_id, direction, month) do update set is_stale = true, changed_at = now()`,
    [firm_id, months.map(({ direction }) => direction), months.map(({ month }) => month)],
  );
}

/**
 * Rolls up every stale month of a firm, a few in each transaction: after an import, and by the worker for
 * imports that were cut short. Returns how many months it made anew.
 */
export async function refreshFirm(pool: pg.Pool, firm_id: string): Promise<{ months: number }> {
  let months = 0;
  for (;;) {
    const done = await inFirmClient(pool, firm_id, async (client) => {
      await lockFirm(client, firm_id);
      const { rows } = await client.query<Month>(
        `select direction, to_char(month, 'YYYY-MM-DD') as month from clearance_month
         where firm_id = $1 and is_stale order by direction, month limit $2`,
        [firm_id, MONTHS_PER_STEP],
      );
      await refreshMonths(client, firm_id, rows);
      return rows.length;
    });
    if (done === 0) return { months };
    months += done;
  }
}

/**
 * Makes the cells of these months anew from the records, so that a cell is always a pure function of the
 * records: nothing is added or taken away, hence nothing drifts. The caller holds the firm's lock.
 */
export async function refreshMonths(
  client: pg.ClientBase,
  firm_id: string,
  months: readonly Month[],
): Promise<void> {
  for (const run of consecutive(months)) await refreshRun(client, firm_id, run);
}

type Run = { direction: Direction; start: number; end: number };

function consecutive(months: readonly Month[]): Run[] {
  const runs: Run[] = [];
  const sorted = months
    .map(({ direction, month }) => ({ direction, start: dayFromText(month) ?? 0 }))
    .sort((a, b) => a.direction.localeCompare(b.direction) || a.start - b.start);
  for (const { direction, start } of sorted) {
    const last = runs.at(-1);
    if (last?.direction === direction && last.end === start) last.end = endOf('month', start);
    else runs.push({ direction, start, end: endOf('month', start) });
  }
  return runs;
}

async function refreshRun(client: pg.ClientBase, firm_id: string, run: Run): Promise<void> {
  const { direction } = run;
  const weeks = { start: startOf('week', run.start), end: startOf('week', run.end - 1) + 7 };
  const groups = await dayGroups(client, { firm_id, direction, from: weeks.start, to: weeks.end });
  const inside = groups.filter(({ day }) => day >= run.start && day < run.end);
  const cells = { firm_id, direction };
  await replaceCells(client, { ...cells, grain: 'month', start: run.start, end: run.end }, inside);
  await replaceCells(client, { ...cells, grain: 'week', ...weeks }, groups);
  await replaceDays(client, firm_id, run, inside);
  await replaceTallies(client, { firm_id, ...run }, inside);
  await client.query(
    `update clearance_month set is_stale = false, changed_at = now()
     where firm_id = $1 and direction = $2 and month >= $3 and month < $4`,
    [firm_id, direction, dayToText(run.start), dayToText(run.end)],
  );
  await client.query(
    `delete from clearance_month m
     where m.firm_id = $1 and m.direction = $2 and m.month >= $3 and m.month < $4
       and not exists (select from clearance_day t where t.firm_id = $1 and t.direction = $2
                         and t.day >= m.month and t.day < m.month + interval '1 month')`,
    [firm_id, direction, dayToText(run.start), dayToText(run.end)],
  );
}

type Cells = { firm_id: string; direction: Direction; grain: CellGrain; start: number; end: number };

const CELL_COLUMNS = `measure, direction, grain, shape, period_start, customs_office, category, channel, n,
  sum_seconds, min_seconds, max_seconds, p10_seconds, p50_seconds, p90_seconds, seconds, bins, counts`;

async function replaceCells(client: pg.ClientBase, cells: Cells, groups: readonly DayGroup[]): Promise<void> {
  const { firm_id, direction, grain, start, end } = cells;
  await client.query(
    `delete from clearance_cell
     where firm_id = $1 and measure = any($2) and direction = $3 and grain = $4 and shape = any($5)
       and period_start >= $6 and period_start < $7`,
    [firm_id, CELL_MEASURES, direction, grain, ALL_SHAPES, dayToText(start), dayToText(end)],
  );
  if (groups.length === 0) return;
  // Every cell of the period is made from these, which are a tenth as many as the days.
  const whole = [false, true].flatMap((is_extra) => periodsOf(groups, { grain, is_extra }));
  // Values of up to 4 KB stay in their row: compressing and moving them took longer than writing them.
  await client.query(
    `create temporary table if not exists clearance_cell_intake (
       measure text, direction text, grain text, shape smallint, period_start date, customs_office text, category text,
       channel text, n integer, sum_seconds bigint, min_seconds integer, max_seconds integer, p10_seconds double precision,
       p50_seconds double precision, p90_seconds double precision, seconds integer[], bins smallint[], counts integer[]
     ) with (toast_tuple_target = 8160) on commit delete rows`,
  );
  await client.query('truncate clearance_cell_intake');
  const copy = `copy clearance_cell_intake (${CELL_COLUMNS}) from stdin (format binary)`;
  await copyRows(client, copy, (buffer) => writeCells(buffer, cells, whole));
  await client.query(
    `insert into clearance_cell (firm_id, ${CELL_COLUMNS}) select $1, ${CELL_COLUMNS} from clearance_cell_intake`,
    [firm_id],
  );
}

type PeriodGroup = DayKey & { seconds: Record<CellMeasure, Int32Array> };

/** The days of each period together; the first day stands for all. */
function periodsOf(
  groups: readonly DayGroup[],
  { grain, is_extra }: { grain: CellGrain; is_extra: boolean },
): PeriodGroup[] {
  const days = groups.filter((group) => group.is_extra === is_extra);
  return foldDays(days, { grain, shape: OFFICE | CATEGORY | CHANNEL }).map(({ key, groups: parts }) => {
    const { start: day, ...dimensions } = key;
    const of = (measure: CellMeasure) => joined(parts.map(({ seconds }) => seconds[measure]));
    return { ...dimensions, day, is_extra, seconds: ofEachMeasure(of) };
  });
}

function* writeCells(buffer: CopyBuffer, cells: Cells, groups: readonly PeriodGroup[]): Generator<void> {
  const { direction, grain } = cells;
  for (const shape of SHAPES[grain]) {
    const parts = foldDays(groups, { grain, shape });
    for (const measure of CELL_MEASURES.filter((one) => shapesOf(grain, one).includes(shape)))
      for (const { key, groups: days } of parts) {
        const cell = joinedCell(days.map(({ seconds }) => seconds[measure]));
        if (cell) writeCell(buffer, { measure, direction, grain, shape, key, cell });
        yield;
      }
  }
}

function writeCell(
  buffer: CopyBuffer,
  row: {
    measure: CellMeasure;
    direction: Direction;
    grain: CellGrain;
    shape: number;
    key: CellKey;
    cell: Cell;
  },
): void {
  const { key, cell } = row;
  buffer.row(18);
  buffer.text(row.measure);
  buffer.text(row.direction);
  buffer.text(row.grain);
  buffer.int2(row.shape);
  buffer.date(key.start);
  buffer.text(key.customs_office);
  buffer.text(key.category);
  buffer.text(key.channel);
  buffer.int4(cell.n);
  buffer.int8FromNumber(cell.sum_seconds);
  buffer.int4(cell.min_seconds);
  buffer.int4(cell.max_seconds);
  for (const fraction of READY_FRACTIONS) buffer.float8(quantileOf(cell, fraction));
  buffer.int4Array(cell.kind === 'exact' ? cell.seconds : null);
  buffer.int2Array(cell.kind === 'sketch' ? cell.bins : null);
  buffer.int4Array(cell.kind === 'sketch' ? cell.counts : null);
}

const DAY_COLUMNS = `day, customs_office, channel, category, is_extra, ${[...DAY_COUNTS, ...CELL_MEASURES].join(', ')}`;

async function replaceDays(
  client: pg.ClientBase,
  firm_id: string,
  run: Run,
  groups: readonly DayGroup[],
): Promise<void> {
  await client.query(
    `delete from clearance_day where firm_id = $1 and direction = $2 and day >= $3 and day < $4`,
    [firm_id, run.direction, dayToText(run.start), dayToText(run.end)],
  );
  if (groups.length === 0) return;
  await client.query(
    `create temporary table if not exists clearance_day_intake (
       day date, customs_office text, channel text, category text, is_extra boolean,
       ${DAY_COUNTS.map((name) => `${name} integer`).join(', ')},
       ${CELL_MEASURES.map((measure) => `${measure} integer[]`).join(', ')}
     ) with (toast_tuple_target = 8160) on commit delete rows`,
  );
  await client.query('truncate clearance_day_intake');
  await copyRows(client, `copy clearance_day_intake (${DAY_COLUMNS}) from stdin (format binary)`, (buffer) =>
    writeDays(buffer, groups),
  );
  await client.query(
    `insert into clearance_day (firm_id, direction, ${DAY_COLUMNS}) select $1, $2, ${DAY_COLUMNS} from clearance_day_intake`,
    [firm_id, run.direction],
  );
}

function* writeDays(buffer: CopyBuffer, groups: readonly DayGroup[]): Generator<void> {
  for (const group of groups) {
    buffer.row(5 + DAY_COUNTS.length + CELL_MEASURES.length);
    buffer.date(group.day);
    buffer.text(group.customs_office);
    buffer.text(group.channel);
    buffer.text(group.category);
    buffer.bool(group.is_extra);
    for (const name of DAY_COUNTS) buffer.int4(group[name]);
    for (const measure of CELL_MEASURES)
      buffer.int4Array(group.seconds[measure].length > 0 ? group.seconds[measure] : null);
    yield;
  }
}

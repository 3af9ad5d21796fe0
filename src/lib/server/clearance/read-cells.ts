import type pg from 'pg';
import type { Cell } from '#lib/domain/clearance/cell.ts';
import type { CellMeasure } from '#lib/domain/clearance/measure.ts';
import { Unpacking } from '#lib/domain/clearance/packed-values.ts';
import { dayToText } from '#lib/domain/text/calendar-day.ts';
import { readCopy } from '#lib/server/db/copy.ts';
import { Names, type CopyRow } from '#lib/server/db/copy-row.ts';
import type { DayKey } from './day-groups.ts';
import type { Plan, Planned, Slice, SliceQuery } from './slices.ts';

// Durations are read by COPY in its binary form: a million of them as text took the database twice as long to
// write and the program six times as long to read.

/** The values of one measure in a group of one day. */
export type DayValues = DayKey & { seconds: Int32Array };

/** The cells of a plan with their values. */
export async function readCells(client: pg.ClientBase, firm_id: string, planned: Planned): Promise<Slice[]> {
  const { plan } = planned;
  if (plan.cells.length === 0) return [];
  const slices: Slice[] = [];
  const names = new Names();
  const unpacking = new Unpacking();
  const text = (row: CopyRow) => names.text(row.name(names)) ?? '';
  const columns = `c.period_start, c.customs_office, c.category, c.channel, c.n, c.sum_seconds, c.min_seconds,
    c.max_seconds, c.is_exact, c.durations`;
  await readCopy(client, copyOf(cellsStatement(client, firm_id, { ...planned, columns })), (row) => {
    const start = row.date();
    slices.push({
      period: plan.grain === null ? null : dayToText(start),
      customs_office: text(row),
      category: text(row),
      channel: text(row),
      cell: cellOf(row, unpacking),
    });
  });
  return slices;
}

function cellOf(row: CopyRow, unpacking: Unpacking): Cell {
  const base = {
    n: row.int4(),
    sum_seconds: row.int8(),
    min_seconds: row.int4(),
    max_seconds: row.int4(),
  };
  const is_exact = row.bool() === true;
  const durations = row.bytes();
  return is_exact
    ? { ...base, kind: 'exact', seconds: unpacking.ascending(durations) }
    : { ...base, kind: 'sketch', ...unpacking.bins(durations) };
}

/** The columns of a cell that every reader needs. */
export type CellRow = {
  period_start: string;
  customs_office: string;
  category: string;
  channel: string;
};

export function keyOfRow(row: CellRow, { grain }: Plan): Omit<Slice, 'cell'> {
  const { period_start, customs_office, category, channel } = row;
  return { period: grain === null ? null : period_start, customs_office, category, channel };
}

/** These columns of the cells of a plan, beside their key. */
export async function cellRows<R extends CellRow>(
  client: pg.ClientBase,
  firm_id: string,
  { query, plan, columns }: Planned & { columns: string },
): Promise<R[]> {
  if (plan.cells.length === 0) return [];
  const key = `to_char(c.period_start, 'YYYY-MM-DD') as period_start, c.customs_office, c.category, c.channel`;
  const { rows } = await client.query<R>(
    cellsStatement(client, firm_id, { query, plan, columns: `${key}, ${columns}` }),
  );
  return rows;
}

function cellsStatement(
  client: pg.ClientBase,
  firm_id: string,
  { query, plan, columns }: Planned & { columns: string },
): string {
  const literal = (value: string) => client.escapeLiteral(value);
  const pieces = plan.cells.map(
    ({ grain, start, end }) => `(${literal(grain)}, date '${dayToText(start)}', date '${dayToText(end)}')`,
  );
  return `select ${columns} from (values ${pieces.join(', ')}) as piece(grain, first, after)
    join clearance_cell c on c.firm_id = ${literal(firm_id)} and c.measure = ${literal(query.measure)}
      and c.direction = ${literal(query.direction)} and c.shape = ${plan.shape}
      and c.grain = piece.grain and c.period_start >= piece.first and c.period_start < piece.after
    where ${filterOf(client, query, 'c')}`;
}

/** The finest groups of these days, of each measure those that have durations. */
export async function readDays(
  client: pg.ClientBase,
  firm_id: string,
  { query, measures, days }: { query: SliceQuery; measures: readonly CellMeasure[]; days: readonly number[] },
): Promise<Map<CellMeasure, DayValues[]>> {
  const groups = measures.map((measure) => ({ measure, values: Array<DayValues>() }));
  const names = new Names();
  const unpacking = new Unpacking();
  const text = (row: CopyRow) => names.text(row.name(names)) ?? '';
  // Each day by its name: joined to stretches of days, all days of the firm were read, 200 ms instead of 1.
  const named = days.map(dayToText).join(',');
  await readCopy(
    client,
    copyOf(`select d.day, d.customs_office, d.category, d.channel, d.is_extra, ${measures.map((one) => `d.${one}`).join(', ')}
      from clearance_day d
      where d.firm_id = ${client.escapeLiteral(firm_id)} and d.direction = ${client.escapeLiteral(query.direction)}
        and d.day = any('{${named}}'::date[]) and num_nonnulls(${measures.map((one) => `d.${one}`).join(', ')}) > 0
        and ${filterOf(client, query, 'd')}`),
    (row) => {
      const key = {
        day: row.date(),
        customs_office: text(row),
        category: text(row),
        channel: text(row),
        is_extra: row.bool() === true,
      };
      for (const { values } of groups) {
        const packed = row.bytes();
        if (packed.length > 0) values.push({ ...key, seconds: unpacking.ascending(packed) });
      }
    },
  );
  return new Map(groups.map(({ measure, values }) => [measure, values]));
}

function copyOf(select: string): string {
  return `copy (${select}) to stdout (format binary)`;
}

/** COPY takes no parameters, hence the literals. */
function filterOf(client: pg.ClientBase, query: SliceQuery, alias: string): string {
  const { customs_office, district, category, channel } = query;
  const conditions = ['true'];
  const add = (expression: string, value: string | undefined) => {
    if (value !== undefined) conditions.push(`${expression} = ${client.escapeLiteral(value)}`);
  };
  add(`${alias}.customs_office`, customs_office);
  add(`left(${alias}.customs_office, 2)`, district?.slice(0, 2));
  add(`${alias}.category`, category);
  add(`${alias}.channel`, channel);
  return conditions.join(' and ');
}

import type pg from 'pg';
import type { Cell } from '#lib/domain/clearance/cell.ts';
import type { CellMeasure, Channel, Direction, NOT_GIVEN } from '#lib/domain/clearance/measure.ts';
import {
  coverDays,
  dayFromText,
  daysIn,
  dayToText,
  periodsIn,
  startOf,
  type Grain,
  type Piece,
} from '#lib/domain/clearance/period.ts';
import { parseIntegers } from '#lib/server/db/integer-array.ts';
import { dayGroups, type DayKey } from './day-groups.ts';
import { CATEGORY, CHANNEL, foldDays, joinedCell, OFFICE, type Fold } from './fold-days.ts';
import { shapesOf } from './period-cells.ts';

export const GROUPS = ['month', 'week', 'day', 'district', 'customs_office', 'category', 'channel'] as const;
export type Group = (typeof GROUPS)[number];

/** Which records are meant. */
export type HoursFilter = {
  direction: Direction;
  district?: string;
  customs_office?: string;
  /** A slug, or NOT_GIVEN. */
  category?: string;
  channel?: Channel | typeof NOT_GIVEN;
};

/** Days are whole numbers since 1970, both inclusive. */
export type SliceQuery = HoursFilter & {
  measure: CellMeasure;
  from: number;
  to: number;
  group_by: readonly Group[];
};

/** The hours of one stretch of days, in which each dimension is single or all; `period` is its first day. */
export type Slice = {
  period: string | null;
  customs_office: string;
  category: string;
  channel: string;
  cell: Cell;
};

/**
 * The hours of a firm in slices that no group of the query cuts. Read from the cells; months whose cells are
 * being made anew are read from the records, so that an answer is never behind what was imported.
 */
export async function readSlices(
  client: pg.ClientBase,
  firm_id: string,
  query: SliceQuery,
): Promise<Slice[]> {
  const plan = await planOf(client, firm_id, query);
  const slices = await readCells(client, firm_id, { query, plan });
  return slices.concat(await readUnready(client, firm_id, { query, plan }));
}

/** Which stretches of days are read from what. */
export type Plan = {
  grain: Grain | null;
  shape: number;
  cells: Piece[];
  days: Piece[];
  records: Piece[];
};

export async function planOf(client: pg.ClientBase, firm_id: string, query: SliceQuery): Promise<Plan> {
  const grain = grainOf(query.group_by);
  const shape = shapeOf(query);
  const stale = await staleMonths(client, firm_id, query.direction);
  const isStale = (piece: Piece) => {
    for (let month = startOf('month', piece.start); month < piece.end; month = startOf('month', month + 31))
      if (stale.has(month)) return true;
    return false;
  };
  // Only the stale periods of a long stretch are read from the records.
  const pieces = coverDays(query.from, query.to, grain).flatMap((piece) =>
    isStale(piece) ? periodsIn(piece) : [piece],
  );
  const fresh = pieces.filter((piece) => !isStale(piece));
  const has_cell = ({ grain: own }: Piece) => own !== 'day' && shapesOf(own, query.measure).includes(shape);
  return {
    grain,
    shape,
    cells: fresh.filter(has_cell),
    days: fresh.filter((one) => !has_cell(one)),
    records: pieces.filter(isStale),
  };
}

type Planned = { query: SliceQuery; plan: Plan };

/** What no cell holds, from days and records. */
export async function readUnready(
  client: pg.ClientBase,
  firm_id: string,
  { query, plan }: Planned,
): Promise<Slice[]> {
  const days = await readDays(client, firm_id, { query, pieces: plan.days });
  for (const piece of plan.records) days.push(...(await readRecords(client, firm_id, query, piece)));
  return slicesOf(days, plan);
}

/** The values of one measure in a group of one day. */
type DayValues = DayKey & { seconds: Int32Array };

function slicesOf(days: readonly DayValues[], fold: Fold): Slice[] {
  return foldDays(days, fold).flatMap(({ key, groups }) => {
    const cell = joinedCell(groups.map(({ seconds }) => seconds));
    const { start, ...dimensions } = key;
    return cell ? [{ ...dimensions, period: fold.grain === null ? null : dayToText(start), cell }] : [];
  });
}

function grainOf(group_by: readonly Group[]): Grain | null {
  if (group_by.includes('day')) return 'day';
  // Weeks and months cross each other's borders: asked for together, days are the common pieces.
  if (group_by.includes('week')) return group_by.includes('month') ? 'day' : 'week';
  return group_by.includes('month') ? 'month' : null;
}

function shapeOf(query: SliceQuery): number {
  const { group_by } = query;
  const by_office =
    group_by.includes('customs_office') ||
    group_by.includes('district') ||
    query.customs_office ||
    query.district;
  const by_category = group_by.includes('category') || query.category;
  const by_channel = group_by.includes('channel') || query.channel;
  return (by_office ? OFFICE : 0) | (by_category ? CATEGORY : 0) | (by_channel ? CHANNEL : 0);
}

/** The first days of the months whose cells and tallies are being made anew. */
export async function staleMonths(
  client: pg.ClientBase,
  firm_id: string,
  direction: Direction,
): Promise<Set<number>> {
  const { rows } = await client.query<{ month: string }>(
    `select to_char(month, 'YYYY-MM-DD') as month from clearance_month where firm_id = $1 and is_stale and direction = $2`,
    [firm_id, direction],
  );
  return new Set(rows.map(({ month }) => dayFromText(month) ?? 0));
}

/** The columns of a cell; arrays as text, which is read faster. */
export type CellRow = {
  period_start: string;
  customs_office: string;
  category: string;
  channel: string;
  n: number;
  sum_seconds: string;
  min_seconds: number;
  max_seconds: number;
  seconds: string | null;
  bins: string | null;
  counts: string | null;
};

async function readCells(client: pg.ClientBase, firm_id: string, planned: Planned): Promise<Slice[]> {
  const columns =
    'c.n, c.sum_seconds, c.min_seconds, c.max_seconds, c.seconds::text, c.bins::text, c.counts::text';
  const rows = await cellRows<CellRow>(client, firm_id, { ...planned, columns });
  return rows.map((row) => ({ ...keyOfRow(row, planned.plan), cell: cellOfRow(row) }));
}

export function keyOfRow(
  row: Pick<CellRow, 'period_start' | 'customs_office' | 'category' | 'channel'>,
  { grain }: Plan,
): Omit<Slice, 'cell'> {
  const { period_start, customs_office, category, channel } = row;
  return { period: grain === null ? null : period_start, customs_office, category, channel };
}

/** These columns of the cells of a plan, beside their key. */
export async function cellRows<R extends Pick<CellRow, 'period_start'>>(
  client: pg.ClientBase,
  firm_id: string,
  { query, plan, columns }: Planned & { columns: string },
): Promise<R[]> {
  if (plan.cells.length === 0) return [];
  const { rows } = await client.query<R>(
    `select to_char(c.period_start, 'YYYY-MM-DD') as period_start, c.customs_office, c.category, c.channel, ${columns}
     from unnest($4::text[], $5::date[], $6::date[]) as piece(grain, first, after)
     join clearance_cell c on c.firm_id = $1 and c.measure = $2 and c.direction = $3 and c.shape = $7
       and c.grain = piece.grain and c.period_start >= piece.first and c.period_start < piece.after
     where ($8::text is null or c.customs_office = $8) and ($9::text is null or left(c.customs_office, 2) = left($9, 2))
       and ($10::text is null or c.category = $10) and ($11::text is null or c.channel = $11)`,
    [
      firm_id,
      query.measure,
      query.direction,
      plan.cells.map((piece) => piece.grain),
      plan.cells.map((piece) => dayToText(piece.start)),
      plan.cells.map((piece) => dayToText(piece.end)),
      plan.shape,
      query.customs_office ?? null,
      query.district ?? null,
      query.category ?? null,
      query.channel ?? null,
    ],
  );
  return rows;
}

export function cellOfRow(
  row: Omit<CellRow, 'period_start' | 'customs_office' | 'category' | 'channel'>,
): Cell {
  const base = {
    n: row.n,
    sum_seconds: Number(row.sum_seconds),
    min_seconds: row.min_seconds,
    max_seconds: row.max_seconds,
  };
  if (row.seconds !== null) return { ...base, kind: 'exact', seconds: parseIntegers(row.seconds) };
  return {
    ...base,
    kind: 'sketch',
    bins: new Int16Array(parseIntegers(row.bins)),
    counts: parseIntegers(row.counts),
  };
}

async function readDays(
  client: pg.ClientBase,
  firm_id: string,
  { query, pieces }: { query: SliceQuery; pieces: readonly Piece[] },
): Promise<DayValues[]> {
  if (pieces.length === 0) return [];
  const { rows } = await client.query<DayKey & { seconds: string }>(
    `select d.day - date '1970-01-01' as day, d.customs_office, d.category, d.channel, d.is_extra,
            d.${query.measure}::text as seconds
     from clearance_day d
     where d.firm_id = $1 and d.direction = $2 and d.day = any($3::date[]) and d.${query.measure} is not null
       and ($4::text is null or d.customs_office = $4) and ($5::text is null or left(d.customs_office, 2) = left($5, 2))
       and ($6::text is null or d.category = $6) and ($7::text is null or d.channel = $7)`,
    [
      firm_id,
      query.direction,
      // Each day by its name: joined to stretches of days, all days of the firm were read, 200 ms instead of 1.
      daysIn(pieces).map(dayToText),
      query.customs_office ?? null,
      query.district ?? null,
      query.category ?? null,
      query.channel ?? null,
    ],
  );
  return rows.map(({ seconds, ...key }) => ({ ...key, seconds: parseIntegers(seconds) }));
}

async function readRecords(
  client: pg.ClientBase,
  firm_id: string,
  query: SliceQuery,
  piece: Piece,
): Promise<DayValues[]> {
  const { direction, customs_office, category, channel, measure } = query;
  const days = { from: piece.start, to: piece.end };
  const groups = await dayGroups(client, { firm_id, direction, ...days, customs_office, category, channel });
  return groups
    .filter((group) => !query.district || group.customs_office.slice(0, 2) === query.district.slice(0, 2))
    .map(({ seconds, ...group }) => ({ ...group, seconds: seconds[measure] }));
}

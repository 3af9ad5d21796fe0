import type pg from 'pg';
import { cellOfParts, type Cell } from '#lib/domain/clearance/cell.ts';
import type { CellMeasure, Channel, Direction, NOT_GIVEN } from '#lib/domain/clearance/measure.ts';
import {
  coverDays,
  endOf,
  periodsIn,
  startOf,
  type Grain,
  type Piece,
} from '#lib/domain/clearance/period.ts';
import { dayFromText, dayToText } from '#lib/domain/text/calendar-day.ts';
import { dayGroups } from './day-groups.ts';
import { CATEGORY, CHANNEL, foldDays, OFFICE, type Fold } from './fold-days.ts';
import { shapesOf } from './period-cells.ts';
import { DayReads } from './day-reads.ts';
import { readCells, type DayValues } from './read-cells.ts';

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
  /** What other answers of the same page read of days. */
  day_reads?: DayReads;
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
  const pieces = coverDays(query.from, query.to, grain)
    .flatMap((piece) => (grain === 'month' && piece.grain === 'day' ? withWeeks(piece) : [piece]))
    .flatMap((piece) => (isStale(piece) ? periodsIn(piece) : [piece]));
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

/** The weeks that lie within one month, and the days beside them. */
function withWeeks({ start, end }: Piece): Piece[] {
  const pieces: Piece[] = [];
  for (let first = start; first < end;) {
    const after = Math.min(end, endOf('month', startOf('month', first)));
    pieces.push(...coverDays(first, after - 1, 'week'));
    first = after;
  }
  return pieces;
}

export type Planned = { query: SliceQuery; plan: Plan };

/** What no cell holds, from days and records. */
export async function readUnready(
  client: pg.ClientBase,
  firm_id: string,
  { query, plan }: Planned,
): Promise<Slice[]> {
  const day_reads = query.day_reads ?? new DayReads();
  const days = await day_reads.read(client, firm_id, { query, pieces: plan.days });
  for (const piece of plan.records) days.push(...(await readRecords(client, firm_id, query, piece)));
  return slicesOf(days, plan);
}

function slicesOf(days: readonly DayValues[], fold: Fold): Slice[] {
  return foldDays(days, fold).flatMap(({ key, groups }) => {
    const cell = cellOfParts(groups.map(({ seconds }) => seconds));
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

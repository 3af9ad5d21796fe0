import type pg from 'pg';
import { quantileOf, READY_FRACTIONS, type Cell } from '#lib/domain/clearance/cell.ts';
import { CELL_MEASURES, type Direction } from '#lib/domain/clearance/measure.ts';
import { Packing } from '#lib/domain/clearance/packed-values.ts';
import { dayToText } from '#lib/domain/text/calendar-day.ts';
import { copyRows } from '#lib/server/db/copy.ts';
import type { CopyBuffer } from '#lib/server/db/copy-buffer.ts';
import { ALL_SHAPES } from './fold-days.ts';
import type { CellGrain, PeriodCell } from './period-cells.ts';

type Cells = { firm_id: string; direction: Direction; grain: CellGrain; start: number; end: number };

const COLUMNS = `measure, direction, grain, shape, period_start, customs_office, category, channel, n,
  sum_seconds, min_seconds, max_seconds, p10_seconds, p50_seconds, p90_seconds, is_exact, durations`;

/**
 * Puts these cells in the place of all of their grain and stretch of days. The last statement is on its way
 * when this returns; whoever calls awaits its end by what is given back.
 */
export async function writeCells(
  client: pg.ClientBase,
  cells: Cells,
  rows: readonly PeriodCell[],
): Promise<() => Promise<void>> {
  const { firm_id, direction, grain, start, end } = cells;
  await client.query(
    `delete from clearance_cell
     where firm_id = $1 and measure = any($2) and direction = $3 and grain = $4 and shape = any($5)
       and period_start >= $6 and period_start < $7`,
    [firm_id, CELL_MEASURES, direction, grain, ALL_SHAPES, dayToText(start), dayToText(end)],
  );
  if (rows.length === 0) return async () => {};
  // Values of up to 4 KB stay in their row: compressing and moving them took longer than writing them.
  await client.query(
    `create temporary table if not exists clearance_cell_intake (
       measure text, direction text, grain text, shape smallint, period_start date, customs_office text, category text,
       channel text, n integer, sum_seconds bigint, min_seconds integer, max_seconds integer, p10_seconds double precision,
       p50_seconds double precision, p90_seconds double precision, is_exact boolean, durations bytea
     ) with (toast_tuple_target = 8160) on commit delete rows`,
  );
  await client.query('truncate clearance_cell_intake');
  await copyRows(client, `copy clearance_cell_intake (${COLUMNS}) from stdin (format binary)`, (buffer) =>
    encode(buffer, cells, rows),
  );
  const inserted = client.query(
    `insert into clearance_cell (firm_id, ${COLUMNS}) select $1, ${COLUMNS} from clearance_cell_intake`,
    [firm_id],
  );
  // A failure is met by whoever awaits the end.
  inserted.catch(() => {});
  return async () => void (await inserted);
}

function* encode(buffer: CopyBuffer, about: Cells, rows: readonly PeriodCell[]): Generator<void> {
  const packing = new Packing();
  for (const { measure, shape, day, customs_office, category, channel, cell } of rows) {
    buffer.row(17);
    buffer.text(measure);
    buffer.text(about.direction);
    buffer.text(about.grain);
    buffer.int2(shape);
    buffer.date(day);
    buffer.text(customs_office);
    buffer.text(category);
    buffer.text(channel);
    buffer.int4(cell.n);
    buffer.int8FromNumber(cell.sum_seconds);
    buffer.int4(cell.min_seconds);
    buffer.int4(cell.max_seconds);
    for (const fraction of READY_FRACTIONS) buffer.float8(quantileOf(cell, fraction));
    buffer.bool(cell.kind === 'exact');
    buffer.bytes(packedOf(packing, cell));
    yield;
  }
}

/** The durations of a cell as they are stored; the bytes hold until something else is packed. */
export function packedOf(packing: Packing, cell: Cell): Uint8Array {
  return cell.kind === 'exact' ? packing.ascending(cell.seconds) : packing.bins(cell.bins, cell.counts);
}

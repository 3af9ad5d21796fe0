import type { Direction } from '#lib/domain/clearance/measure.ts';
import { startOf } from '#lib/domain/clearance/period.ts';
import { dayOfInstant, dayToText } from '#lib/domain/text/calendar-day.ts';
import type { ClearanceRow } from '#lib/domain/clearance/record.ts';
import { CopyBuffer } from '#lib/server/db/copy-buffer.ts';
import type { Month } from './rollup.ts';

/** A row with the cells it came in: a rejected row is given back as it came. */
export type PendingRow = { row: ClearanceRow; cells: readonly string[] };

/** No cell holds one: PostgreSQL stores none, hence they are dropped where text is decoded. */
const BETWEEN_CELLS = '\u0000';

/**
 * The rows of one batch, encoded for the database as they come. Kept as objects, the rows of two batches
 * would be most of the memory that an import takes; those that need a closer look are read back.
 */
export class BatchRows {
  /** The first row of each declaration. */
  readonly encoded = new CopyBuffer();
  /** The rows after the first of their declaration, which only the resolving can judge. */
  readonly repeated: PendingRow[] = [];
  readonly #index_of = new DeclarationIndex();
  readonly #months: MonthName[] = [];
  readonly #cells = new TextStore();
  readonly #names = new MonthNames();

  static of(rows: readonly PendingRow[]): BatchRows {
    const batch = new BatchRows();
    for (const { row, cells } of rows) batch.take(row, cells);
    return batch;
  }

  get size(): number {
    return this.encoded.rows + this.repeated.length;
  }

  take(row: ClearanceRow, cells: readonly string[]): void {
    if (!this.#index_of.add(row.declaration_no, this.encoded.rows)) {
      this.repeated.push({ row, cells });
      return;
    }
    this.#months.push(this.#names.of(row.direction, row.declared_at));
    this.#cells.push(cells.join(BETWEEN_CELLS));
    encode(row, this.encoded);
  }

  /** The months of the first rows, without those of these declarations. */
  monthsWithout(declaration_nos: Iterable<string>): Set<MonthName> {
    const left_out = new Set<number | undefined>();
    for (const declaration_no of declaration_nos) left_out.add(this.#index_of.get(declaration_no));
    return new Set(this.#months.filter((_, index) => !left_out.has(index)));
  }

  /** The cells that the first row of this declaration came in. */
  cellsOf(declaration_no: string): string[] {
    return this.#cells.at(this.#index_of.get(declaration_no) ?? -1).split(BETWEEN_CELLS);
  }
}

/** Where a declaration stands first. Numbers are kept and not texts, which would keep the chunks they are cut from. */
class DeclarationIndex {
  /** By office, year and direction, and there by serial. */
  readonly #series = new Map<string, Map<number, number>>();

  /** False when the declaration is there already. */
  add(declaration_no: string, index: number): boolean {
    const series = declaration_no.slice(0, SERIES_LENGTH);
    const serial = Number(declaration_no.slice(SERIES_LENGTH));
    let serials = this.#series.get(series);
    if (!serials) this.#series.set(series, (serials = new Map<number, number>()));
    if (serials.has(serial)) return false;
    serials.set(serial, index);
    return true;
  }

  get(declaration_no: string): number | undefined {
    const serials = this.#series.get(declaration_no.slice(0, SERIES_LENGTH));
    return serials?.get(Number(declaration_no.slice(SERIES_LENGTH)));
  }
}

const SERIES_LENGTH = 9;

const PIECE_BYTES = 1 << 20;

/** Texts in pieces of memory outside the heap. */
class TextStore {
  readonly #places: { piece: Buffer; start: number; end: number }[] = [];
  #piece = Buffer.allocUnsafe(PIECE_BYTES);
  #at = 0;

  push(text: string): void {
    const bytes_max = text.length * 3;
    if (this.#at + bytes_max > this.#piece.length) {
      this.#piece = Buffer.allocUnsafe(Math.max(PIECE_BYTES, bytes_max));
      this.#at = 0;
    }
    const start = this.#at;
    this.#at += this.#piece.write(text, start);
    this.#places.push({ piece: this.#piece, start, end: this.#at });
  }

  at(index: number): string {
    const place = this.#places[index];
    return place ? place.piece.toString('utf8', place.start, place.end) : '';
  }
}

/** A month of one direction, as `export 2026-05-01`. */
export type MonthName = `${Direction} ${string}`;

/** The months of instants, worked out once for each day. */
export class MonthNames {
  readonly #of_day = new Map<string, MonthName>();

  of(direction: Direction, declared_at: number): MonthName {
    const day = dayOfInstant(declared_at);
    const key = `${direction}${day}`;
    let name = this.#of_day.get(key);
    if (!name) this.#of_day.set(key, (name = `${direction} ${dayToText(startOf('month', day))}`));
    return name;
  }
}

export function parseMonth(name: MonthName): Month {
  const [direction, month = ''] = name.split(' ');
  return { direction: direction === 'import' ? 'import' : 'export', month };
}

/** What a row is copied into before it is inserted. */
export const INTAKE_COLUMNS = [
  ['accepted_year', 'smallint'],
  ['declaration_no', 'bigint'],
  ['item_no', 'smallint'],
  ['direction', 'text'],
  ['customs_office', 'text'],
  ['channel', 'text'],
  ['category', 'text'],
  ['is_category_derived', 'boolean'],
  ['hs_code', 'text'],
  ['product_name', 'text'],
  ['arrived_at', 'timestamptz'],
  ['declared_at', 'timestamptz'],
  ['inspection_notified_at', 'timestamptz'],
  ['inspected_at', 'timestamptz'],
  ['released_at', 'timestamptz'],
  ['line', 'integer'],
] as const;

function encode(row: ClearanceRow, buffer: CopyBuffer): void {
  buffer.row(INTAKE_COLUMNS.length);
  buffer.int2(row.accepted_year);
  buffer.int8(row.declaration_no);
  buffer.int2(row.item_no);
  buffer.text(row.direction);
  buffer.text(row.customs_office);
  buffer.text(row.channel);
  buffer.text(row.category);
  buffer.bool(row.is_category_derived);
  buffer.text(row.hs_code);
  buffer.text(row.product_name);
  buffer.timestamptz(row.arrived_at);
  buffer.timestamptz(row.declared_at);
  buffer.timestamptz(row.inspection_notified_at);
  buffer.timestamptz(row.inspected_at);
  buffer.timestamptz(row.released_at);
  buffer.int4(row.line);
}

import { partBytes, xmlParser, type Archive } from './archive.ts';
import type { SourceRow } from './source-row.ts';
import type { NumberStyle, Sheet, Workbook } from './workbook.ts';

/** What a sheet may unpack to; it is streamed, and a full one of a million rows has about 1 GB. */
const SHEET_BYTES_MAX = 4 * 1024 * 1024 * 1024;
const COLUMNS_MAX = 1024;
const ROWS_MAX = 1_048_576;
const ROWS_PER_PORTION = 2_000;
const CELL_LENGTH_MAX = 32_767;
const FORMULA_LENGTH_MAX = 200;
/** Merged ranges stand behind the rows; more than this are not made by people. */
const MERGES_BYTES_MAX = 16 * 1024 * 1024;
const MERGES_MAX = 200_000;

/** Rows of a sheet as it is unpacked. Empty rows are left out; a merged cell counts for every row it spans. */
export async function* sheetRows(
  archive: Archive,
  workbook: Workbook,
  sheet: Sheet,
): AsyncGenerator<SourceRow[]> {
  const merges = await mergesOf(archive, sheet);
  const reader = new SheetReader(workbook, merges);
  const decoder = new TextDecoder();
  for await (const bytes of partBytes(archive, sheet.part, SHEET_BYTES_MAX)) {
    reader.write(decoder.decode(bytes, { stream: true }));
    if (reader.rows.length >= ROWS_PER_PORTION) yield reader.take();
  }
  reader.end();
  if (reader.rows.length > 0) yield reader.take();
}

class SheetReader {
  rows: SourceRow[] = [];
  readonly #workbook: Workbook;
  readonly #merges: Merges;
  readonly #parser;
  #line = 0;
  #cells: string[] = [];
  #column = -1;
  #type = 'n';
  #style: NumberStyle = 'number';
  #value = '';
  #formula = '';
  #has_formula = false;
  #has_value = false;
  #reading: 'value' | 'formula' | null = null;
  #depth_of_reading_aid = 0;

  constructor(workbook: Workbook, merges: Merges) {
    this.#workbook = workbook;
    this.#merges = merges;
    this.#parser = xmlParser({
      open: (name, attributes) => this.#open(name, attributes),
      text: (text) => this.#text(text),
      close: (name) => this.#close(name),
    });
  }

  write(text: string): void {
    this.#parser.write(text);
  }

  end(): void {
    this.#parser.end();
  }

  take(): SourceRow[] {
    const { rows } = this;
    this.rows = [];
    return rows;
  }

  #open(name: string, attributes: Readonly<Record<string, string>>): void {
    switch (name) {
      case 'row':
        this.#line = attributes.r ? Number(attributes.r) : this.#line + 1;
        this.#cells = [];
        this.#column = -1;
        break;
      case 'c':
        this.#column = attributes.r ? columnOf(attributes.r) : this.#column + 1;
        this.#type = attributes.t ?? 'n';
        this.#style = this.#workbook.styleOf(attributes.s);
        this.#value = '';
        this.#formula = '';
        this.#has_formula = false;
        this.#has_value = false;
        break;
      case 'f':
        this.#has_formula = true;
        this.#reading = 'formula';
        break;
      case 'rPh':
        this.#depth_of_reading_aid += 1;
        break;
      case 'v':
      case 't':
        this.#has_value = true;
        this.#reading = this.#depth_of_reading_aid === 0 ? 'value' : null;
        break;
      default:
    }
  }

  #text(text: string): void {
    if (this.#reading === 'value' && this.#value.length < CELL_LENGTH_MAX) this.#value += text;
    else if (this.#reading === 'formula' && this.#formula.length < FORMULA_LENGTH_MAX) this.#formula += text;
  }

  #close(name: string): void {
    switch (name) {
      case 'f':
      case 'v':
      case 't':
        this.#reading = null;
        break;
      case 'rPh':
        this.#depth_of_reading_aid -= 1;
        break;
      case 'c':
        if (this.#column < 0 || this.#column >= COLUMNS_MAX) break;
        while (this.#cells.length < this.#column) this.#cells.push('');
        this.#cells[this.#column] = this.#cellText();
        break;
      case 'row': {
        const has_any = this.#cells.some((cell) => cell.trim() !== '');
        const cells = this.#merges.fill(this.#line, this.#cells, has_any);
        if (has_any && this.#line <= ROWS_MAX) this.rows.push({ line: this.#line, cells });
        break;
      }
      default:
    }
  }

  #cellText(): string {
    const value = this.#value.slice(0, CELL_LENGTH_MAX);
    // A formula that nobody has calculated yet: what it would be is not known, and nothing is not it.
    if (this.#has_formula && !this.#has_value) return `=${this.#formula.slice(0, FORMULA_LENGTH_MAX) || '?'}`;
    switch (this.#type) {
      case 's':
        return unescaped(this.#workbook.strings.get(Number(value)));
      case 'n':
        return this.#style === 'number'
          ? numberText(value)
          : (dateText(value, this.#style, this.#workbook.serial_days) ?? numberText(value));
      case 'b':
        return value === '1' ? 'TRUE' : 'FALSE';
      default:
        return unescaped(value);
    }
  }
}

/** [ECMA-376] 22.9.2.19: characters that XML cannot hold are written _xHHHH_. U+0000 is dropped. */
function unescaped(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => {
    const code = Number.parseInt(hex, 16);
    return code === 0 ? '' : String.fromCharCode(code);
  });
}

/** The column of a cell's address, from 0: A1 is 0, AA1 is 26. */
export function columnOf(address: string): number {
  let column = 0;
  for (const letter of address) {
    const code = letter.charCodeAt(0);
    if (code < 65 || code > 90) break;
    column = column * 26 + code - 64;
  }
  return column - 1;
}

/**
 * A number as it was typed. One of more than 15 digits has lost those beyond, whatever stands in their
 * place: it comes in its short form, to be named as damaged.
 */
export function numberText(value: string): string {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number)) return value;
  if (Math.abs(number) >= 1e15) return number.toExponential();
  return /e/i.test(value) ? String(number) : value;
}

const DAY_SECONDS = 86_400;
const SERIAL_OF_1970 = 25_569;
/** 9999-12-31; a larger number is no day. */
const SERIAL_MAX = 2_958_465;

/**
 * A day number as the day and time that the cell shows, to the second. Null for what is no day: a mere time
 * of day, or a number out of range. It never passes through a Date of this machine's zone.
 */
export function dateText(value: string, style: 'day' | 'time', serial_days: number): string | null {
  const serial = Number(value) + serial_days;
  if (value.trim() === '' || !(serial >= 1 && serial <= SERIAL_MAX)) return null;
  const seconds = Math.round((serial - SERIAL_OF_1970) * DAY_SECONDS);
  const text = new Date(seconds * 1000).toISOString();
  const is_whole_day = seconds % DAY_SECONDS === 0;
  return style === 'day' && is_whole_day ? text.slice(0, 10) : text.slice(0, 19).replace('T', ' ');
}

// --- merged cells ---------------------------------------------------------------------------------

/** Cells that span rows: the value of the first stands for the others, which are empty in the file. */
class Merges {
  readonly #by_row = new Map<number, { column: number; last_row: number }[]>();
  #active: { column: number; last_row: number; value: string }[] = [];

  add(first_row: number, column: number, last_row: number): void {
    const known = this.#by_row.get(first_row);
    if (known) known.push({ column, last_row });
    else this.#by_row.set(first_row, [{ column, last_row }]);
  }

  /** The row with the values of the cells that span it. Rows come in their order. */
  fill(line: number, cells: string[], has_any: boolean): string[] {
    if (this.#by_row.size === 0) return cells;
    this.#active = this.#active.filter(({ last_row }) => last_row >= line);
    if (has_any)
      for (const { column, value } of this.#active) {
        while (cells.length <= column) cells.push('');
        if (cells[column] === '') cells[column] = value;
      }
    for (const { column, last_row } of this.#by_row.get(line) ?? [])
      this.#active.push({ column, last_row, value: cells[column] ?? '' });
    return cells;
  }
}

const END_OF_ROWS = Buffer.from('sheetData>');

/** The ranges stand behind the rows, so that the sheet is unpacked once only to get there. */
async function mergesOf(archive: Archive, sheet: Sheet): Promise<Merges> {
  const merges = new Merges();
  let tail: Buffer | null = null;
  let before = Buffer.alloc(0);
  for await (const bytes of partBytes(archive, sheet.part, SHEET_BYTES_MAX)) {
    if (tail) {
      if (tail.byteLength < MERGES_BYTES_MAX) tail = Buffer.concat([tail, bytes]);
      continue;
    }
    const joined: Buffer = Buffer.concat([before, bytes]);
    const at = joined.lastIndexOf(END_OF_ROWS);
    if (at >= 0 && joined.subarray(Math.max(0, at - 8), at).includes('</')) tail = joined.subarray(at);
    before = Buffer.from(joined.subarray(Math.max(0, joined.byteLength - END_OF_ROWS.byteLength - 8)));
  }
  let count = 0;
  for (const [, first = '', last = ''] of (tail?.toString('latin1') ?? '').matchAll(
    /<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]+\d+):([A-Z]+\d+)"/g,
  )) {
    const [first_row, last_row] = [rowOf(first), rowOf(last)];
    if (last_row > first_row && (count += 1) <= MERGES_MAX) merges.add(first_row, columnOf(first), last_row);
  }
  return merges;
}

function rowOf(address: string): number {
  return Number(/\d+$/.exec(address)?.[0] ?? 0);
}

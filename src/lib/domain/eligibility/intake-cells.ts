import type { Columns } from '#lib/domain/tables/columns.ts';
import { readDay } from '#lib/domain/text/legal-day.ts';
import type { IntakeProblem, IntakeProblemCode } from './intake-problem.ts';

const YES = new Set(['yes', 'y', 'true', '1', '是', '有', '√', '✓']);
const NO = new Set(['no', 'n', 'false', '0', '否', '无', '×', '✗']);
/** [ECMA-376] 18.17.4.1: day 25,569 of a workbook is 1970-01-01; days of this century have five digits. */
const SERIAL_DAY = /^[34]\d{4}(?:\.0+)?$/;
const SERIAL_OF_1970 = 25_569;
const DAY_MS = 86_400_000;

/** The cells of one row by their fields, with what was found wrong on the way. */
export class IntakeCells<F extends string> {
  readonly problems: IntakeProblem[] = [];
  readonly #by_field = new Map<F, string>();
  readonly #serial_days: number;

  constructor(cells: readonly string[], columns: Columns<F>, serial_days = 0) {
    this.#serial_days = serial_days;
    columns.forEach((field, index) => {
      // The apostrophe is a spreadsheet's sign for text; exports write it before what a spreadsheet would run.
      const cell = (cells[index] ?? '').trim().replace(/^'/, '').trim();
      if (field !== null && cell !== '') this.#by_field.set(field, cell);
    });
  }

  wrong(field: F | null, code: IntakeProblemCode, params: IntakeProblem['params'] = {}): null {
    this.problems.push({ field, code, params });
    return null;
  }

  cell(field: F, length_max: number): string | null {
    const written = this.#by_field.get(field) ?? null;
    if (written !== null && written.length > length_max) return this.wrong(field, 'too_long', { length_max });
    return written;
  }

  needed(field: F, length_max: number): string {
    return this.cell(field, length_max) ?? this.wrong(field, 'missing') ?? '';
  }

  /** A day in any form that people write, or as a workbook counts it. */
  day(field: F): string | null {
    const cell = this.cell(field, 60);
    if (cell === null) return null;
    const read = SERIAL_DAY.test(cell)
      ? readDay((Number(cell) + this.#serial_days - SERIAL_OF_1970) * DAY_MS)
      : readDay(cell);
    return read.ok ? read.day : this.wrong(field, 'not_a_day', { value: cell });
  }

  yesNo(field: F): boolean | null {
    const cell = this.cell(field, 40);
    if (cell === null) return null;
    const word = cell.normalize('NFKC').toLowerCase();
    if (YES.has(word)) return true;
    return NO.has(word) ? false : this.wrong(field, 'yes_no', { value: cell });
  }

  list(field: F, length_max: number): string[] {
    const cell = this.cell(field, 5_000);
    const parts = (cell ?? '').split(/[;；、\n|]+/).map((part) => part.trim());
    const named = parts.filter((part) => part !== '');
    if (named.some((part) => part.length > length_max)) this.wrong(field, 'too_long', { length_max });
    return named;
  }
}

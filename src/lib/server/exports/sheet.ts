import { CHINA_OFFSET_MS } from '#lib/domain/text/calendar-day.ts';

/** A table as it leaves the program: what is in it, its columns, its rows in portions, and what to know of it. */
export type Sheet = {
  columns: readonly Column[];
  rows: AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>;
  /** Asked for when the last row is written, so that a file says how many rows it was meant to hold. */
  about: (rows_written: number) => About;
};

export type Column = { head: string; kind: ColumnKind };
/**
 * `code`: digits that are a name (a declaration number, an office) and never a number to a spreadsheet.
 * `count`: whole; `number`: two decimals shown, all of them kept; `day`: `YYYY-MM-DD`; `instant`: a `Date`, written in China time.
 */
export type ColumnKind = 'text' | 'code' | 'count' | 'number' | 'day' | 'instant';
export type Cell = string | number | Date | null;
export type Row = readonly Cell[];

/** Lines of label and sentence; a label may be empty where a line goes on with the one before. */
export type About = readonly (readonly [label: string, sentence: string])[];

export const SHEET_FORMATS = ['csv', 'xlsx'] as const;
export type SheetFormat = (typeof SHEET_FORMATS)[number];

export function isSheetFormat(name: string): name is SheetFormat {
  return SHEET_FORMATS.some((format) => format === name);
}

/** Names of the two parts of a workbook, in the reader's language. */
export type PartNames = { data: string; about: string };

/** Hours and shares carry more digits than anybody measures; beyond these they are noise of the division. */
const DECIMALS_KEPT = 4;

export function keptDigits(value: number): number {
  return Number(value.toFixed(DECIMALS_KEPT));
}

/** `2026-05-14 08:40:00`, as spreadsheets and our own import read it. */
export function chinaTime(at: Date): string {
  return new Date(at.getTime() + CHINA_OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ');
}

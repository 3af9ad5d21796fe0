import { missingFields, readHeader, type ColumnChoice } from '#lib/domain/tables/columns.ts';
import { findHeader, HEADER_SEARCH_ROWS } from '#lib/domain/tables/header.ts';
import { RECEIPT_COLUMNS } from '#lib/domain/clearance/receipt-columns.ts';
import { error, type RowProblem } from '#lib/domain/clearance/record.ts';
import type { App } from '#lib/server/app.ts';
import { rememberedColumns, type FileKind } from './import-columns.ts';
import { isOf, type AnyRow, type ImportKind } from './import-kind.ts';
import { noNotes, problemOfFile, sourceRows, type SourceFile } from '#lib/server/tables/source.ts';
import type { SourceRow } from '#lib/server/tables/read/source-row.ts';
import type { ReadSheet } from '#lib/server/tables/read/xlsx.ts';

/** Rows that are read and shown before anything is stored. */
const ROWS_SHOWN = 8;
const ROWS_TRIED = 200;
const CELL_SHOWN_LENGTH = 80;

export type PreviewColumn = { place: number; name: string; field: string | null };
export type ImportPreview = {
  kind: FileKind;
  charset: string | null;
  sheet: ReadSheet | null;
  header: readonly string[];
  columns: readonly PreviewColumn[];
  fields: readonly string[];
  /** Required fields without a column: one of each group is needed. */
  missing: readonly (readonly string[])[];
  /** This firm confirmed the columns of a file with this header before. */
  is_remembered: boolean;
  rows: readonly { line: number; cells: readonly string[] }[];
  /** What is wrong with the first rows, by these columns. */
  problems: readonly (RowProblem & { line: number })[];
  rows_tried: number;
  /** Why the file cannot be read at all. */
  problem: RowProblem | null;
};

/** Reads the beginning of a file and says what would become of it. Nothing is stored. */
export async function previewFile<F extends string, R extends AnyRow>(
  app: App,
  file: SourceFile & { columns?: ColumnChoice<F> },
  about: { firm_id: string; kind: FileKind; rows: ImportKind<F, R> },
): Promise<ImportPreview> {
  const { names } = about.rows;
  const remembered = await rememberedColumns(app, { ...about, names });
  const notes = noNotes();
  const read: SourceRow<F>[] = [];
  let problem: RowProblem | null = null;
  try {
    for await (const rows of sourceRows(file, { names, choice: file.columns ?? {} }, notes)) {
      read.push(...rows);
      if (read.length >= ROWS_TRIED) break;
    }
  } catch (cause) {
    const found = problemOfFile(cause);
    problem = found && error(null, found.code, found.params);
    if (!problem) throw cause;
    // A file that was sent in part is cut off in the middle of a row; what came before is shown.
    if (read.length > 0) problem = null;
  }
  const is_objects = file.format === 'json' || file.format === 'ndjson';
  const chosen = file.columns;
  const choiceFor = (header: readonly string[]) => chosen ?? remembered(header) ?? {};
  const head = read.slice(0, HEADER_SEARCH_ROWS + 1).map(({ cells }) => cells);
  const search = is_objects ? null : findHeader(head, names, { is_end: true, wish: { choiceOf: choiceFor } });
  const at = search?.kind === 'found' ? search.header.at : firstWide(head);
  const header = is_objects
    ? [...names.fields]
    : search?.kind === 'found'
      ? search.header.names
      : search?.kind === 'incomplete'
        ? search.names
        : [...(head[at] ?? [])];
  const columns = is_objects ? readHeader(header, names) : readHeader(header, names, choiceFor(header));
  const first = is_objects ? 0 : at + (search?.kind === 'found' ? search.header.rows : 1);
  const rows = read.slice(first, ROWS_TRIED);
  const is_complete = missingFields(columns, names) === null;
  const reader = is_complete ? about.rows.reader(columns, notes.serial_days) : null;
  const problems = rows.flatMap(({ line, cells }) =>
    (reader?.(cells, line).problems ?? []).map((one) => ({ ...one, line })),
  );
  return {
    kind: about.kind,
    charset: notes.charset,
    sheet: notes.sheet,
    header,
    columns: header.map((name, index) => ({ place: index + 1, name, field: columns[index] ?? null })),
    fields: names.fields,
    missing: names.required.filter((group) => !group.some((field) => columns.includes(field))),
    is_remembered: !is_objects && remembered(header) !== null,
    rows: rows.slice(0, ROWS_SHOWN).map(({ line, cells }) => ({
      line,
      cells: header.map((_, index) => (cells[index] ?? '').slice(0, CELL_SHOWN_LENGTH)),
    })),
    problems,
    rows_tried: rows.length,
    problem,
  };
}

/** Where no header is found, the first row with several names is shown for one. */
function firstWide(rows: readonly (readonly string[])[]): number {
  return Math.max(
    0,
    rows.findIndex((cells) => cells.filter((cell) => cell.trim() !== '').length >= 2),
  );
}

/** What a file with these names holds, as far as they tell. */
export function kindOfHeader(header: readonly string[]): FileKind {
  return isOf(RECEIPT_COLUMNS, header) ? 'receipts' : 'records';
}

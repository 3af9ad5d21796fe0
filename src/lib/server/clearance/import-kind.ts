import { missingFields, readHeader, type ColumnNames, type Columns } from '#lib/domain/tables/columns.ts';
import { createRowReader } from '#lib/domain/clearance/read-row.ts';
import { RECEIPT_COLUMNS } from '#lib/domain/clearance/receipt-columns.ts';
import { RECORD_COLUMNS } from '#lib/domain/clearance/record-columns.ts';
import type { FileProblemCode } from '#lib/domain/tables/problem.ts';
import type { ClearanceRow, Field, RowProblem } from '#lib/domain/clearance/record.ts';
import type { App } from '#lib/server/app.ts';
import { BatchRows } from './batch-rows.ts';
import { rowReference } from './row-reference.ts';
import { ToldLines } from './told-lines.ts';
import { writeBatch, type BatchCounts, type RejectedRow } from './write-batch.ts';

/** What every row of every kind tells beside its own: where it stands, and whose it is. */
export type AnyRow = { line: number; firm_uscc: string | null };

export type ReadResult<R> =
  { ok: true; row: R; problems: readonly RowProblem[] } | { ok: false; problems: readonly RowProblem[] };

/** What is told with the rows of one firm that are stored in one transaction. */
export type BatchAbout<F extends string> = {
  firm_id: string;
  import_id: string;
  import_no: number;
  /** The fields that the file has a column for. */
  present: ReadonlySet<F>;
  rejected: readonly RejectedRow[];
  warned: readonly RejectedRow[];
};

/** Rows that are collected, in the form in which they need least memory, until they are written. */
export type OpenBatch<F extends string, R> = {
  take: (row: R, cells: readonly string[]) => void;
  write: (about: BatchAbout<F>) => Promise<WriteOutcome>;
};

export type WriteOutcome = {
  counts: BatchCounts;
  /** Rows that contradict an earlier line of the same file; counted as rejected and stored so. */
  contradictions: readonly RejectedRow[];
  /** Declarations that became known; null where each row is one. */
  records: number | null;
  warnings: number;
};

/** What a file holds: its columns, how a row is read, how rows are stored. */
export type ImportKind<F extends string, R extends AnyRow> = {
  names: ColumnNames<F>;
  /** `serial_days`: what has to be added to a day number of a workbook. */
  reader: (
    columns: Columns<F>,
    serial_days: number,
  ) => (cells: readonly string[], line: number) => ReadResult<R>;
  openBatch: () => OpenBatch<F, R>;
  /** What is wrong with a file of these columns as a whole: it is one of the other kind. */
  misfit: (header: readonly string[]) => FileProblemCode | null;
};

/** Files of clearance records: each row is a declaration, or one goods item of it. */
export async function recordsKind(app: App): Promise<ImportKind<Field, ClearanceRow>> {
  const reference = await rowReference(app.db);
  const told_by_firm = new Map<string, ToldLines>();
  return {
    names: RECORD_COLUMNS,
    reader: (columns, serial_days) => createRowReader(columns, reference, serial_days),
    openBatch: () => {
      const rows = new BatchRows();
      return {
        take: (row, cells) => rows.take(row, cells),
        write: async (about) => {
          const told = told_by_firm.get(about.firm_id) ?? new ToldLines();
          told_by_firm.set(about.firm_id, told);
          const outcome = await writeBatch(app.pool.pg, { ...about, rows, told, refreshes: false });
          for (const line of outcome.told_again) told.add(line);
          return { ...outcome, records: null, warnings: 0 };
        },
      };
    },
    misfit: (header) => (isOf(RECEIPT_COLUMNS, header) ? 'header.is_receipts' : null),
  };
}

/** Whether a file of this kind could have this header. */
export function isOf<F extends string>(names: ColumnNames<F>, header: readonly string[]): boolean {
  return missingFields(readHeader(header, names), names) === null;
}

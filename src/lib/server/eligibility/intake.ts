import type { IntakeProblem } from '#lib/domain/eligibility/intake-problem.ts';
import type { ColumnNames, Columns } from '#lib/domain/tables/columns.ts';
import { readHeader } from '#lib/domain/tables/columns.ts';
import { findHeader, type FoundHeader } from '#lib/domain/tables/header.ts';
import type { FileProblem } from '#lib/domain/tables/problem.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { noNotes, problemOfFile, sourceRows, type SourceFile } from '#lib/server/tables/source.ts';
import { UnreadableFile, type SourceRow } from '#lib/server/tables/read/source-row.ts';

/** A portfolio has some thousand tests; a larger file is sent in parts. */
export const INTAKE_ROWS_MAX = 20_000;

export const INTAKE_KINDS = ['products', 'materials', 'labs', 'glossary'] as const;
export type IntakeKind = (typeof INTAKE_KINDS)[number];
export type RejectedRow = { line: number; cells: readonly string[]; problems: readonly IntakeProblem[] };
export type ReadRow<R> = { line: number; cells: readonly string[]; row: R };
export type ReadTable<R> = {
  header: readonly string[];
  received: number;
  rows: ReadRow<R>[];
  rejected: RejectedRow[];
  /** Why the file could not be read to its end; what came before is used. */
  problem: FileProblem | null;
};

type Read<R> = { ok: true; row: R } | { ok: false; problems: IntakeProblem[] };

/** Reads a whole file of rows: the good ones, and the bad ones with every reason. */
export async function readTable<F extends string, R>(
  file: SourceFile,
  about: {
    names: ColumnNames<F>;
    reader: (columns: Columns<F>, serial_days: number) => (cells: readonly string[]) => Read<R>;
  },
): Promise<ReadTable<R>> {
  const { names } = about;
  const notes = noNotes();
  const source: SourceRow<F>[] = [];
  let problem: FileProblem | null = null;
  try {
    for await (const rows of sourceRows(file, { names, choice: {} }, notes)) {
      source.push(...rows);
      if (source.length > INTAKE_ROWS_MAX + 50)
        throw new UnreadableFile('file.too_many_rows', { rows: INTAKE_ROWS_MAX });
    }
  } catch (cause) {
    problem = problemOfFile(cause);
    if (!problem) throw cause;
    if (problem.code !== 'file.interrupted')
      return { header: [], received: 0, rows: [], rejected: [], problem };
  }
  const is_objects = file.format === 'json' || file.format === 'ndjson';
  const found = is_objects ? null : headerOf(source, names);
  if (found && 'code' in found) return { header: [], received: 0, rows: [], rejected: [], problem: found };
  const header = found ? found.names : [...names.fields];
  const read = about.reader(found ? found.columns : readHeader(header, names), notes.serial_days);
  const body = found ? source.slice(found.at + found.rows) : source;
  const rows: ReadRow<R>[] = [];
  const rejected: RejectedRow[] = [];
  for (const { line, cells, problem: broken } of body) {
    const result = broken ? null : read(cells);
    if (result?.ok) rows.push({ line, cells, row: result.row });
    else
      rejected.push({
        line,
        cells,
        problems: result?.problems ?? [{ field: null, code: 'row_unreadable', params: {} }],
      });
  }
  return { header, received: body.length, rows, rejected, problem };
}

function headerOf<F extends string>(
  source: readonly SourceRow<F>[],
  names: ColumnNames<F>,
): FoundHeader<F> | FileProblem {
  const first = source.slice(0, HEADER_ROWS).map(({ cells }) => cells);
  if (first.length === 0) return { code: 'file.empty', params: {} };
  const search = findHeader(first, names, { is_end: true });
  if (search.kind === 'found') return search.header;
  const missing = search.kind === 'incomplete' ? search.missing : (names.required[0] ?? []);
  return { code: 'header.column_missing', params: { value: missing.join(', ') } };
}

/** A title, notes and a header of two rows stand within these. */
const HEADER_ROWS = 25;

export type IntakeCounts = { received: number; accepted: number; unchanged: number; rejected: number };

/** Keeps what became of a file, with its rejected rows. */
export async function keepIntake(
  tx: Tx,
  about: {
    firm_id: string | null;
    kind: IntakeKind;
    file_name: string | null;
    created_by: string | null;
    header: readonly string[];
    counts: IntakeCounts;
    rejected: readonly RejectedRow[];
  },
): Promise<string> {
  const { firm_id, kind, file_name, created_by, header, counts, rejected } = about;
  const { id } = await tx
    .insertInto('portfolio_import')
    .values({
      firm_id,
      kind,
      created_by,
      file_name: file_name?.slice(0, 300) || null,
      header: [...header],
      ...counts,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  for (let at = 0; at < rejected.length; at += ROWS_AT_ONCE)
    await tx
      .insertInto('portfolio_import_row')
      .values(
        rejected.slice(at, at + ROWS_AT_ONCE).map(({ line, cells, problems }) => ({
          import_id: id,
          firm_id,
          line,
          cells: [...cells],
          problems: JSON.stringify(problems),
        })),
      )
      .execute();
  return id;
}

const ROWS_AT_ONCE = 1_000;

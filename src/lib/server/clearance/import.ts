import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { FileFormat } from '#lib/domain/clearance/file-format.ts';
import {
  FIELDS_REQUIRED,
  isHeader,
  readHeader,
  repeatsHeader,
  type Columns,
} from '#lib/domain/clearance/columns.ts';
import { createRowReader, type RowReader, type RowReference } from '#lib/domain/clearance/read-row.ts';
import { error, FIELDS, warning, type Field, type RowProblem } from '#lib/domain/clearance/record.ts';
import { foldName } from '#lib/domain/text/fold.ts';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import type { App } from '#lib/server/app.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { categories, districts, offices } from '#lib/server/reference/read.ts';
import { csvRows } from './read/csv.ts';
import { JSON_HEADER, jsonRows, ndjsonRows } from './read/json.ts';
import { UnreadableFile, type Bytes, type SourceRow } from './read/source-row.ts';
import { textChunks } from './read/text-chunks.ts';
import { xlsxRows } from './read/xlsx.ts';
import { refreshFirm } from './rollup.ts';
import { writeBatch, type PendingRow, type RejectedRow } from './write-batch.ts';

export type ImportRequest = {
  firm: Firm;
  actor_id: string | null;
  format: FileFormat;
  /** Null: detected. */
  charset: string | null;
  is_gzip?: boolean;
  file_name: string | null;
  bytes: Bytes;
  on_progress?: (received: number) => void;
};

export type ImportReport = {
  import_id: string;
  received: number;
  accepted: number;
  corrected: number;
  duplicates: number;
  rejected: number;
  warnings: number;
  /** Why the file could not be read to its end; what came before is stored. */
  problem: RowProblem | null;
};

/** Rows of one transaction: large enough for COPY to pay, small enough to lose little in a crash. */
const BATCH_ROWS = 50_000;
/** Lines before the header that are looked at for one. */
const HEADER_SEARCH_LINES = 20;

/**
 * Reads a file of clearance records and stores it in batches, each one transaction. Good rows land, bad ones
 * are kept with every reason; a file that ends early keeps what was read. The same file again changes nothing.
 */
export async function importClearance(app: App, request: ImportRequest): Promise<ImportReport> {
  const { firm } = request;
  const reference = await loadReference(app);
  const begun = await inFirm(app.db, firm.id, (tx) =>
    tx
      .insertInto('clearance_import')
      .values({
        firm_id: firm.id,
        actor_id: request.actor_id,
        file_name: request.file_name?.slice(0, 300) ?? null,
        format: request.format,
        charset: request.charset,
      })
      .returning(['id', 'number'])
      .executeTakeFirstOrThrow(),
  );
  const run = new ImportRun(app, request, { ...begun, reference });
  let problem: RowProblem | null = null;
  try {
    for await (const rows of sourceRows(request, (charset) => (run.charset = charset))) await run.take(rows);
    run.end();
  } catch (cause) {
    problem = problemOf(cause);
    if (!problem) {
      await run.finish('failed', null);
      throw cause;
    }
  }
  await run.flush();
  await refreshFirm(app.pool.pg, firm.id);
  return run.finish(problem ? 'failed' : 'finished', problem);
}

function problemOf(cause: unknown): RowProblem | null {
  if (cause instanceof UnreadableFile) return error(null, cause.code, cause.params);
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (/^Z_/.test(code) || code === 'ERR_TRAILING_JUNK_AFTER_STREAM_END') return error(null, 'file.not_gzip');
  return null;
}

function sourceRows(request: ImportRequest, told: (charset: string) => void): AsyncIterable<SourceRow[]> {
  const received = untilInterrupted(request.bytes);
  const bytes = request.is_gzip ? unpacked(received) : received;
  if (request.format === 'xlsx') return xlsxRows(bytes);
  const text = textChunks(bytes, request.charset, told);
  switch (request.format) {
    case 'csv':
      return csvRows(text);
    case 'ndjson':
      return ndjsonRows(text);
    case 'json':
      return jsonRows(text);
    default:
      return request.format satisfies never;
  }
}

/** However a source fails, the file ends early: what came whole before is kept. */
async function* untilInterrupted(bytes: Bytes): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (cause) {
    throw new UnreadableFile('file.interrupted', {}, { cause });
  }
}

/** A pipeline, because a pipe would let an upload that breaks off end the whole process. */
function unpacked(bytes: Bytes): Bytes {
  // The reader of the last stream meets the error; nothing is left to do here.
  return pipeline(Readable.from(bytes), createGunzip(), () => {});
}

async function loadReference(app: App): Promise<RowReference> {
  const [known_districts, known_offices, known_categories] = await Promise.all([
    districts(app.db),
    offices(app.db),
    categories(app.db),
  ]);
  return {
    districts: new Set(known_districts.map(({ code }) => code.slice(0, 2))),
    offices: new Set(known_offices.map(({ code }) => code)),
    categories: new Map(
      known_categories.flatMap(({ slug, name, name_zh, aliases }) =>
        slug === null
          ? []
          : [slug, name ?? slug, name_zh ?? slug, ...aliases].map((word) => [foldName(word), slug] as const),
      ),
    ),
  };
}

type Begun = { id: string; number: number; reference: RowReference };

/** One import while it runs: the header it found, the batch it fills, the counts so far. */
class ImportRun {
  charset: string | null = null;
  readonly #app: App;
  readonly #request: ImportRequest;
  readonly #begun: Begun;
  readonly #counts = { received: 0, accepted: 0, corrected: 0, duplicates: 0, rejected: 0, warnings: 0 };
  #header: readonly string[] = [];
  #read: RowReader | null = null;
  #present: ReadonlySet<Field> = new Set();
  #batch_present: ReadonlySet<Field> = new Set();
  #skipped: SourceRow[] = [];
  #is_after_header = false;
  #pending: PendingRow[] = [];
  #rejected: RejectedRow[] = [];
  #warned: RejectedRow[] = [];

  constructor(app: App, request: ImportRequest, begun: Begun) {
    this.#app = app;
    this.#request = request;
    this.#begun = begun;
    if (request.format === 'json' || request.format === 'ndjson')
      this.#useHeader(JSON_HEADER, readHeader(JSON_HEADER));
  }

  async take(rows: readonly SourceRow[]): Promise<void> {
    for (const row of rows) {
      if (!this.#read) {
        this.#findHeader(row);
        continue;
      }
      if (this.#is_after_header && repeatsHeader(row.cells)) continue;
      this.#is_after_header = false;
      const present = row.present ?? this.#present;
      if (present !== this.#batch_present && this.#pending.length > 0) await this.flush();
      this.#batch_present = present;
      this.#takeRow(row, this.#read);
      if (this.#pending.length + this.#rejected.length >= BATCH_ROWS) await this.flush();
    }
  }

  #takeRow(source: SourceRow, read: RowReader): void {
    const { line, cells } = source;
    this.#counts.received += 1;
    if (source.problem) return this.#reject(line, cells, [error(null, source.problem)]);
    const found = read(cells, line);
    if (!found.ok) return this.#reject(line, cells, found.problems);
    const { firm_uscc } = found.row;
    if (firm_uscc !== null && this.#request.firm.uscc !== null && firm_uscc !== this.#request.firm.uscc)
      return this.#reject(line, cells, [
        ...found.problems,
        error('firm_uscc', 'firm_uscc.other_firm', { value: firm_uscc }),
      ]);
    if (found.problems.length > 0) {
      this.#counts.warnings += 1;
      this.#warned.push({ line, cells, problems: found.problems });
    }
    this.#pending.push({ row: found.row, cells });
  }

  #reject(line: number, cells: readonly string[], problems: readonly RowProblem[]): void {
    this.#rejected.push({ line, cells, problems });
  }

  #findHeader(row: SourceRow): void {
    const columns = readHeader(row.cells);
    if (isHeader(columns)) {
      for (const skipped of this.#skipped)
        this.#warned.push({
          line: skipped.line,
          cells: skipped.cells,
          problems: [warning(null, 'header.row_skipped')],
        });
      this.#counts.warnings += this.#skipped.length;
      this.#useHeader(row.cells, columns);
      this.#is_after_header = true;
      return;
    }
    this.#skipped.push(row);
    if (this.#skipped.length >= HEADER_SEARCH_LINES) throw new UnreadableFile('header.missing');
  }

  #useHeader(header: readonly string[], columns: Columns): void {
    const missing = FIELDS_REQUIRED.find((field) => !columns.includes(field));
    if (missing) throw new UnreadableFile('header.column_missing', { value: missing });
    this.#header = header;
    this.#present = new Set(FIELDS.filter((field) => columns.includes(field)));
    this.#batch_present = this.#present;
    this.#read = createRowReader(columns, this.#begun.reference);
  }

  end(): void {
    if (!this.#read) throw new UnreadableFile(this.#skipped.length > 0 ? 'header.missing' : 'file.empty');
  }

  /** Writes what is pending as one transaction and tells how far the import is. */
  async flush(): Promise<void> {
    if (this.#pending.length + this.#rejected.length + this.#warned.length === 0) return;
    const { firm } = this.#request;
    const counts = await writeBatch(this.#app.pool.pg, {
      firm_id: firm.id,
      import_id: this.#begun.id,
      import_no: this.#begun.number,
      present: this.#batch_present,
      rows: this.#pending,
      rejected: this.#rejected,
      warned: this.#warned,
      refreshes: false,
    });
    this.#counts.accepted += counts.accepted;
    this.#counts.corrected += counts.corrected;
    this.#counts.duplicates += counts.duplicates;
    this.#counts.rejected += counts.rejected;
    this.#pending = [];
    this.#rejected = [];
    this.#warned = [];
    await this.#save({ state: 'running', problem: null });
    this.#request.on_progress?.(this.#counts.received);
  }

  async finish(state: 'finished' | 'failed', problem: RowProblem | null): Promise<ImportReport> {
    await this.#save({ state, problem });
    return { import_id: this.#begun.id, ...this.#counts, problem };
  }

  async #save({
    state,
    problem,
  }: {
    state: 'running' | 'finished' | 'failed';
    problem: RowProblem | null;
  }): Promise<void> {
    const now = this.#app.now();
    await inFirm(this.#app.db, this.#request.firm.id, (tx) =>
      tx
        .updateTable('clearance_import')
        .set({
          ...this.#counts,
          state,
          header: [...this.#header],
          charset: this.charset ?? this.#request.charset,
          problem: problem ? JSON.stringify({ code: problem.code, params: problem.params }) : null,
          progressed_at: now,
          finished_at: state === 'running' ? null : now,
        })
        .where('id', '=', this.#begun.id)
        .execute(),
    );
  }
}

import type { Firm } from '#lib/domain/accounts/actor.ts';
import { readHeader, type ColumnChoice } from '#lib/domain/clearance/columns.ts';
import { findHeader, headerToMend } from '#lib/domain/clearance/header.ts';
import { createRowReader, type RowReader, type RowReference } from '#lib/domain/clearance/read-row.ts';
import { error, FIELDS, warning, type Field, type RowProblem } from '#lib/domain/clearance/record.ts';
import { RECORD_COLUMNS } from '#lib/domain/clearance/record-columns.ts';
import type { App } from '#lib/server/app.ts';
import { ImportEntry, noCounts, type ImportCounts, type ImportProgress } from './import-entry.ts';
import { FirmShare } from './import-share.ts';
import { problemOfFile, sourceRows, type SourceFile, type SourceNotes } from './import-source.ts';
import { UnreadableFile, type SourceRow } from './read/source-row.ts';
import { rowReference } from './row-reference.ts';
import type { RejectedRow } from './write-batch.ts';

export type ImportRequest = SourceFile & {
  firm: Firm;
  actor_id: string | null;
  /** The id under which the import can be watched from its beginning; chosen here unless given. */
  import_id?: string;
  file_name: string | null;
  bytes_total?: number | null;
  /** What was chosen for columns whose names are not known, or mean something else here. */
  columns?: ColumnChoice<Field>;
  /** Firms that let this one import for them, by their credit codes. */
  clients?: ReadonlyMap<string, Firm>;
  on_progress?: (progress: ImportProgress) => void;
};

export type ImportReport = ImportCounts & {
  import_id: string;
  /** Whose records they became, where the file had rows of other firms. */
  firms: readonly (ImportCounts & { firm: Firm })[];
  /** Why the file could not be read to its end; what came before is stored. */
  problem: RowProblem | null;
};

/** Rows of one transaction: large enough for COPY to pay, small enough to lose little in a crash. */
const BATCH_ROWS = 50_000;
/** A file of a broker names its clients; beyond this the codes are no codes. */
const CODES_TOLD_MAX = 1_000;

/**
 * Reads a file of clearance records and stores it in batches, each one transaction. Good rows land, bad ones
 * are kept with every reason; a file that ends early keeps what was read. The same file again changes nothing.
 */
export async function importClearance(app: App, request: ImportRequest): Promise<ImportReport> {
  const run = new ImportRun(app, request, await rowReference(app.db));
  await run.begin();
  let problem: RowProblem | null = null;
  try {
    const columns = { names: RECORD_COLUMNS, choice: request.columns ?? {} };
    for await (const rows of sourceRows(request, columns, run.notes)) await run.take(rows);
    await run.end();
  } catch (cause) {
    problem = problemOfFile(cause);
    if (!problem) {
      await run.abandon();
      throw cause;
    }
  }
  await run.flush();
  return run.finish(problem);
}

/** One import while it runs: the header it found, the batches it fills, the counts so far. */
class ImportRun {
  readonly notes: SourceNotes = { charset: null, bytes_read: 0 };
  readonly #app: App;
  readonly #request: ImportRequest;
  readonly #reference: RowReference;
  readonly #clients = new Map<string, FirmShare>();
  readonly #codes_told = new Set<string>();
  #own: FirmShare | null = null;
  #received = 0;
  #warnings = 0;
  #header: readonly string[] = [];
  #read: RowReader | null = null;
  #present: ReadonlySet<Field> = new Set();
  #batch_present: ReadonlySet<Field> = new Set();
  #above: SourceRow<Field>[] = [];
  #pending = 0;
  #rejected: RejectedRow[] = [];
  #warned: RejectedRow[] = [];

  constructor(app: App, request: ImportRequest, reference: RowReference) {
    this.#app = app;
    this.#request = request;
    this.#reference = reference;
    if (request.format === 'json' || request.format === 'ndjson')
      this.#useHeader(FIELDS, readHeader(FIELDS, RECORD_COLUMNS));
  }

  async begin(): Promise<void> {
    const { firm, import_id } = this.#request;
    this.#own = await this.#share(firm, { id: import_id, progress: () => this.#progress() });
  }

  async take(rows: readonly SourceRow<Field>[]): Promise<void> {
    for (const row of rows) {
      if (this.#read) await this.#takeRow(row, this.#read);
      else if (row.problem) this.#above.push(row);
      else await this.#seekHeader([...this.#above, row], false);
    }
  }

  async #takeRow(row: SourceRow<Field>, read: RowReader): Promise<void> {
    const present = row.present ?? this.#present;
    if (present !== this.#batch_present && this.#pending > 0) await this.flush();
    this.#batch_present = present;
    await this.#readRow(row, read);
    if (this.#pending + this.#rejected.length >= BATCH_ROWS) await this.flush();
  }

  async #readRow({ line, cells, problem }: SourceRow<Field>, read: RowReader): Promise<void> {
    this.#received += 1;
    const reject = (problems: readonly RowProblem[]) => this.#rejected.push({ line, cells, problems });
    if (problem) return void reject([error(null, problem)]);
    const found = read(cells, line);
    if (!found.ok) return void reject(found.problems);
    const whose = this.#firmOf(found.row.firm_uscc);
    const problems = whose.problem ? [...found.problems, whose.problem] : found.problems;
    if (!whose.firm) return void reject(problems);
    if (problems.length > 0) {
      this.#warnings += 1;
      this.#warned.push({ line, cells, problems });
    }
    const share = whose.firm === this.#request.firm ? this.#own : await this.#clientShare(whose.firm);
    share?.take({ row: found.row, cells });
    this.#pending += 1;
  }

  /** Whose record it is by the credit code it names; null for a firm that did not let this one import for it. */
  #firmOf(code: string | null): { firm: Firm | null; problem: RowProblem | null } {
    const { firm, clients } = this.#request;
    if (code === null || code === firm.uscc) return { firm, problem: null };
    const client = clients?.get(code);
    if (client) return { firm: client, problem: null };
    if (firm.uscc !== null)
      return { firm: null, problem: error('firm_uscc', 'firm_uscc.other_firm', { value: code }) };
    if (this.#codes_told.has(code) || this.#codes_told.size >= CODES_TOLD_MAX) return { firm, problem: null };
    this.#codes_told.add(code);
    return { firm, problem: warning('firm_uscc', 'firm_uscc.not_compared', { value: code }) };
  }

  async #clientShare(firm: Firm): Promise<FirmShare> {
    const known = this.#clients.get(firm.id);
    if (known) return known;
    const counts = noCounts();
    const share = await this.#share(firm, { counts, progress: () => ({ ...this.#file(), ...counts }) });
    this.#clients.set(firm.id, share);
    return share;
  }

  async #share(
    firm: Firm,
    about: { id?: string; counts?: ImportCounts; progress: () => ImportProgress },
  ): Promise<FirmShare> {
    const { actor_id, file_name, format, charset, bytes_total = null } = this.#request;
    const { counts = noCounts(), ...rest } = about;
    const entry = await ImportEntry.begin(this.#app, firm, {
      ...rest,
      actor_id,
      file_name,
      format,
      charset,
      bytes_total,
    });
    return new FirmShare(this.#app, firm, { entry, counts });
  }

  async #seekHeader(rows: readonly SourceRow<Field>[], is_end: boolean): Promise<void> {
    const { columns: chosen = {} } = this.#request;
    const search = findHeader(
      rows.map(({ cells }) => cells),
      RECORD_COLUMNS,
      { is_end, wish: { choiceOf: () => chosen } },
    );
    switch (search.kind) {
      case 'more':
        this.#above = [...rows];
        return;
      case 'none':
        throw new UnreadableFile('header.missing');
      case 'incomplete':
        throw new UnreadableFile('header.column_missing', { value: search.missing.join(', ') });
      case 'found': {
        const { at, rows: header_rows, names, columns } = search.header;
        for (const { line, cells } of rows.slice(0, at))
          this.#warned.push({ line, cells, problems: [warning(null, 'header.row_skipped')] });
        this.#warnings += at;
        this.#useHeader(headerToMend(names, columns, RECORD_COLUMNS), columns);
        this.#above = [];
        return this.take(rows.slice(at + header_rows));
      }
      default:
        search satisfies never;
    }
  }

  #useHeader(header: readonly string[], columns: readonly (Field | null)[]): void {
    this.#header = header;
    this.#present = new Set(FIELDS.filter((field) => columns.includes(field)));
    this.#batch_present = this.#present;
    this.#read = createRowReader(columns, this.#reference);
  }

  async end(): Promise<void> {
    if (this.#read) return;
    if (this.#above.length === 0) throw new UnreadableFile('file.empty');
    await this.#seekHeader(this.#above, true);
  }

  /** Writes what is pending, one transaction for each firm, and tells how far the import is. */
  async flush(): Promise<void> {
    const present = this.#batch_present;
    for (const share of this.#clients.values()) this.#rejected.push(...(await share.flush({ present })));
    await this.#own?.flush({ present, rejected: this.#rejected, warned: this.#warned });
    this.#pending = 0;
    this.#rejected = [];
    this.#warned = [];
    this.#request.on_progress?.(this.#progress());
  }

  async finish(problem: RowProblem | null): Promise<ImportReport> {
    for (const share of this.#shares()) await share.finish(problem ? 'failed' : 'finished', problem);
    const firms = this.#clients.size === 0 ? [] : this.#shares();
    return {
      import_id: this.#own?.import_id ?? '',
      ...this.#counts(),
      firms: firms.map((share) => ({ firm: share.firm, ...share.counts })),
      problem,
    };
  }

  /** Closes the entries of an import that a fault of ours ended. */
  async abandon(): Promise<void> {
    for (const share of this.#shares()) await share.abandon();
  }

  #shares(): FirmShare[] {
    return [...(this.#own ? [this.#own] : []), ...this.#clients.values()];
  }

  #counts(): ImportCounts {
    const shares = this.#shares();
    const sum = (name: 'accepted' | 'corrected' | 'duplicates') =>
      shares.reduce((total, { counts }) => total + counts[name], 0);
    return {
      received: this.#received,
      accepted: sum('accepted'),
      corrected: sum('corrected'),
      duplicates: sum('duplicates'),
      // Those of clients are listed among the sender's own.
      rejected: this.#own?.counts.rejected ?? 0,
      warnings: this.#warnings,
    };
  }

  #progress(): ImportProgress {
    return { ...this.#counts(), ...this.#file() };
  }

  #file(): Pick<ImportProgress, 'header' | 'charset' | 'bytes_read'> {
    const { charset, bytes_read } = this.notes;
    return { header: this.#header, charset: charset ?? this.#request.charset, bytes_read };
  }
}

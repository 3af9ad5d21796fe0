import type { Firm } from '#lib/domain/accounts/actor.ts';
import { readHeader, type ColumnChoice, type Columns } from '#lib/domain/tables/columns.ts';
import { error, warning, type Field, type RowProblem } from '#lib/domain/clearance/record.ts';
import type { App } from '#lib/server/app.ts';
import {
  ImportEntry,
  noCounts,
  type FirmCounts,
  type ImportCounts,
  type ImportProgress,
} from './import-entry.ts';
import { recordsKind, type AnyRow, type ImportKind, type ReadResult } from './import-kind.ts';
import { FirmShare, type OpenBatches } from './import-share.ts';
import { seekHeader } from './seek-header.ts';
import {
  noNotes,
  problemOfFile,
  sourceRows,
  type SourceFile,
  type SourceNotes,
} from '#lib/server/tables/source.ts';
import type { ReadSheet } from '#lib/server/tables/read/xlsx.ts';
import { UnreadableFile, type SourceRow } from '#lib/server/tables/read/source-row.ts';
import type { RejectedRow } from './write-batch.ts';

export type ImportRequest<F extends string = Field> = SourceFile & {
  firm: Firm;
  actor_id: string | null;
  /** The id under which the import can be watched from its beginning; chosen here unless given. */
  import_id?: string;
  file_name: string | null;
  bytes_total?: number | null;
  /** What was chosen for columns whose names are not known, or mean something else here. */
  columns?: ColumnChoice<F>;
  /** What the firm confirmed for files of this header, where nothing is chosen now. */
  rememberedColumns?: (header: readonly string[]) => ColumnChoice<F> | null;
  /** Firms that let this one import for them, by their credit codes. */
  clients?: ReadonlyMap<string, Firm>;
  on_progress?: (progress: ImportProgress) => void;
};

export type ImportReport = ImportCounts & {
  import_id: string;
  /** Whose records they became, where the file had rows of clients. */
  firms: readonly FirmCounts[];
  /** Of a workbook: the sheet that was read. */
  sheet: ReadSheet | null;
  /** Why the file could not be read to its end; what came before is stored. */
  problem: RowProblem | null;
};

/** Rows of one transaction: large enough for COPY to pay; two are held at once, one read and one written. */
const BATCH_ROWS = 25_000;
/** A file of a broker names its clients; beyond this the codes are no codes. */
const CODES_TOLD_MAX = 1_000;

/**
 * Reads a file of clearance records and stores it in batches, each one transaction. Good rows land, bad ones
 * are kept with every reason; a file that ends early keeps what was read. The same file again changes nothing.
 */
export async function importClearance(app: App, request: ImportRequest): Promise<ImportReport> {
  return importFile(app, request, { kind: await recordsKind(app), format: request.format, vendor: null });
}

/** The same for files of any kind; `format` and `vendor` are what the list of imports says of it. */
export async function importFile<F extends string, R extends AnyRow>(
  app: App,
  request: ImportRequest<F>,
  about: { kind: ImportKind<F, R>; format: string; vendor: string | null },
): Promise<ImportReport> {
  const run = new ImportRun(app, request, about);
  await run.begin();
  let problem: RowProblem | null = null;
  try {
    const columns = { names: about.kind.names, choice: request.columns ?? {} };
    for await (const rows of sourceRows(request, columns, run.notes)) await run.take(rows);
    await run.end();
  } catch (cause) {
    const found = problemOfFile(cause);
    problem = found && error(null, found.code, found.params);
    if (!problem) {
      await run.abandon();
      throw cause;
    }
  }
  await run.flush();
  return run.finish(problem);
}

/** One import while it runs: the header it found, the batches it fills, the counts so far. */
class ImportRun<F extends string, R extends AnyRow> {
  readonly notes: SourceNotes = noNotes();
  readonly #app: App;
  readonly #request: ImportRequest<F>;
  readonly #about: { kind: ImportKind<F, R>; format: string; vendor: string | null };
  readonly #own: FirmShare<F, R>;
  readonly #clients = new Map<string, FirmShare<F, R>>();
  readonly #codes_told = new Set<string>();
  #received = 0;
  #warnings = 0;
  #header: readonly string[] = [];
  #read: ((cells: readonly string[], line: number) => ReadResult<R>) | null = null;
  #present: ReadonlySet<F> = new Set();
  #above: SourceRow<F>[] = [];
  #pending = 0;
  #rejected: RejectedRow[] = [];
  #warned: RejectedRow[] = [];
  #writing: Promise<void> = Promise.resolve();

  constructor(
    app: App,
    request: ImportRequest<F>,
    about: { kind: ImportKind<F, R>; format: string; vendor: string | null },
  ) {
    this.#app = app;
    this.#request = request;
    this.#about = about;
    const { names } = about.kind;
    this.#own = this.#share(request.firm, { id: request.import_id, progress: () => this.#progress() });
    // Objects name their fields themselves.
    if (request.format === 'json' || request.format === 'ndjson')
      this.#useHeader(names.fields, readHeader(names.fields, names));
  }

  async begin(): Promise<void> {
    await this.#own.entry();
  }

  async take(rows: readonly SourceRow<F>[]): Promise<void> {
    for (const row of rows) {
      if (this.#read) {
        this.#takeRow(row, this.#read);
        if (this.#pending + this.#rejected.length >= BATCH_ROWS) await this.#handOver();
      } else if (row.problem) this.#above.push(row);
      else await this.#seekHeader([...this.#above, row], false);
    }
  }

  #takeRow(source: SourceRow<F>, read: (cells: readonly string[], line: number) => ReadResult<R>): void {
    const { line, cells, problem } = source;
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
    const share = whose.firm === this.#request.firm ? this.#own : this.#clientShare(whose.firm);
    share.take(found.row, cells, source.present ?? this.#present);
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

  #clientShare(firm: Firm): FirmShare<F, R> {
    const known = this.#clients.get(firm.id);
    if (known) return known;
    const counts = noCounts();
    const share = this.#share(firm, { counts, progress: () => ({ ...this.#file(), ...counts, firms: [] }) });
    this.#clients.set(firm.id, share);
    return share;
  }

  #share(
    firm: Firm,
    about: { id?: string; counts?: ImportCounts; progress: () => ImportProgress },
  ): FirmShare<F, R> {
    const { actor_id, file_name, charset, bytes_total = null } = this.#request;
    const { kind, format, vendor } = this.#about;
    const { counts = noCounts(), ...rest } = about;
    const file = { actor_id, file_name, charset, bytes_total, format, vendor };
    const begin = () => ImportEntry.begin(this.#app, firm, { ...rest, ...file });
    return new FirmShare(this.#app, firm, { kind, counts, begin });
  }

  async #seekHeader(rows: readonly SourceRow<F>[], is_end: boolean): Promise<void> {
    const { columns: chosen = {}, rememberedColumns } = this.#request;
    const found = seekHeader(rows, { kind: this.#about.kind, chosen, rememberedColumns, is_end });
    this.#above = found === 'more' ? [...rows] : [];
    if (found === 'more') return;
    const problems = [warning(null, 'header.row_skipped')];
    for (const row of found.skipped) this.#warned.push({ ...row, problems });
    this.#warnings += found.skipped.length;
    this.#useHeader(found.names, found.columns);
    return this.take(found.rest);
  }

  #useHeader(header: readonly string[], columns: Columns<F>): void {
    this.#header = header;
    this.#present = new Set(this.#about.kind.names.fields.filter((field) => columns.includes(field)));
    this.#read = this.#about.kind.reader(columns, this.notes.serial_days);
  }

  async end(): Promise<void> {
    if (this.#read) return;
    if (this.#above.length === 0) throw new UnreadableFile('file.empty');
    await this.#seekHeader(this.#above, true);
  }

  /**
   * Hands what was read over to be written while the next rows are read. One batch is written at a time, in
   * the order of the file: this one begins when the one before is on disk.
   */
  async #handOver(): Promise<void> {
    await this.#writing;
    const [rejected, warned] = [this.#rejected, this.#warned];
    const batches = this.#shares().map((share) => ({ share, rows: share.cut() }));
    this.#pending = 0;
    this.#rejected = [];
    this.#warned = [];
    this.#writing = this.#write(batches, { rejected, warned });
    // A failure is met by whoever waits for it next.
    this.#writing.catch(() => {});
  }

  /** One transaction for each firm; what clients' rows contradict is listed among the sender's. */
  async #write(
    batches: { share: FirmShare<F, R>; rows: OpenBatches<F, R> }[],
    { rejected, warned }: { rejected: readonly RejectedRow[]; warned: readonly RejectedRow[] },
  ): Promise<void> {
    const listed = [...rejected];
    for (const { share, rows } of batches) if (share !== this.#own) listed.push(...(await share.write(rows)));
    for (const { share, rows } of batches)
      if (share === this.#own) await share.write(rows, { rejected: listed, warned });
    this.#request.on_progress?.(this.#progress());
  }

  /** Waits until everything that was read is on disk. */
  async flush(): Promise<void> {
    await this.#handOver();
    await this.#writing;
  }

  async finish(problem: RowProblem | null): Promise<ImportReport> {
    for (const share of this.#shares()) await share.finish(problem ? 'failed' : 'finished', problem);
    return {
      import_id: (await this.#own.entry()).id,
      ...this.#counts(),
      firms: this.#firms(),
      sheet: this.notes.sheet,
      problem,
    };
  }

  /** Closes the entries of an import that a fault of ours ended. */
  async abandon(): Promise<void> {
    await this.#writing.catch(() => {});
    for (const share of this.#shares()) await share.abandon();
  }

  #shares(): FirmShare<F, R>[] {
    return [this.#own, ...this.#clients.values()];
  }

  #counts(): ImportCounts {
    const counts = this.#shares().map((share) => share.counts);
    const sum = (name: keyof ImportCounts) => counts.reduce((total, one) => total + (one[name] ?? 0), 0);
    return {
      received: this.#received,
      accepted: sum('accepted'),
      corrected: sum('corrected'),
      duplicates: sum('duplicates'),
      // Those of clients are listed among the sender's own.
      rejected: this.#own.counts.rejected,
      warnings: this.#warnings + sum('warnings'),
      records: counts.some(({ records }) => records !== null) ? sum('records') : null,
    };
  }

  #progress(): ImportProgress {
    return { ...this.#counts(), ...this.#file(), firms: this.#firms() };
  }

  /** Nothing is said of firms while all rows are the sender's own. */
  #firms(): FirmCounts[] {
    if (this.#clients.size === 0) return [];
    return this.#shares().map(({ firm: { slug, name }, counts }) => ({ slug, name, ...counts }));
  }

  #file(): Pick<ImportProgress, 'header' | 'charset' | 'sheet' | 'bytes_read'> {
    const { charset, sheet, bytes_read } = this.notes;
    return { header: this.#header, charset: charset ?? this.#request.charset, sheet, bytes_read };
  }
}

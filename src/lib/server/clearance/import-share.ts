import type { Firm } from '#lib/domain/accounts/actor.ts';
import type { RowProblem } from '#lib/domain/clearance/record.ts';
import type { App } from '#lib/server/app.ts';
import type { ImportCounts, ImportEntry } from './import-entry.ts';
import type { AnyRow, BatchAbout, ImportKind, OpenBatch } from './import-kind.ts';
import { refreshFirm } from './rollup.ts';
import type { RejectedRow } from './write-batch.ts';

const NONE = { rejected: [], warned: [] };

/** By the fields that their rows tell. */
export type OpenBatches<F extends string, R> = Map<ReadonlySet<F>, OpenBatch<F, R>>;

/**
 * The rows of one file that belong to one firm: an entry of their own in that firm's list of imports,
 * transactions of their own under that firm's policy, counts of their own.
 */
export class FirmShare<F extends string, R extends AnyRow> {
  readonly firm: Firm;
  readonly counts: ImportCounts;
  readonly #app: App;
  readonly #kind: ImportKind<F, R>;
  readonly #begin: () => Promise<ImportEntry>;
  #entry: ImportEntry | null = null;
  /** Rows that tell the same fields are written together: what a row says nothing about stays as it was. */
  #batches: OpenBatches<F, R> = new Map();

  constructor(
    app: App,
    firm: Firm,
    about: { kind: ImportKind<F, R>; counts: ImportCounts; begin: () => Promise<ImportEntry> },
  ) {
    this.#app = app;
    this.firm = firm;
    this.#kind = about.kind;
    this.#begin = about.begin;
    this.counts = about.counts;
  }

  /** Its entry in the firm's list; made when it is first asked for. */
  async entry(): Promise<ImportEntry> {
    this.#entry ??= await this.#begin();
    return this.#entry;
  }

  take(row: R, cells: readonly string[], present: ReadonlySet<F>): void {
    this.counts.received += 1;
    let batch = this.#batches.get(present);
    if (!batch) this.#batches.set(present, (batch = this.#kind.openBatch()));
    batch.take(row, cells);
  }

  /** The rows taken so far; further rows begin new batches. */
  cut(): OpenBatches<F, R> {
    const batches = this.#batches;
    this.#batches = new Map();
    return batches;
  }

  /** Writes each batch in one transaction. Gives back the rows that contradict earlier ones of the file. */
  async write(
    batches: OpenBatches<F, R>,
    beside: { rejected: readonly RejectedRow[]; warned: readonly RejectedRow[] } = NONE,
  ): Promise<readonly RejectedRow[]> {
    const all = [...batches];
    if (all.length === 0 && beside.rejected.length + beside.warned.length > 0)
      all.push([new Set(), this.#kind.openBatch()]);
    const contradictions: RejectedRow[] = [];
    for (const [index, [present, batch]] of all.entries())
      contradictions.push(...(await this.#writeOne(batch, { present, ...(index === 0 ? beside : NONE) })));
    return contradictions;
  }

  async #writeOne(
    batch: OpenBatch<F, R>,
    about: Pick<BatchAbout<F>, 'present' | 'rejected' | 'warned'>,
  ): Promise<readonly RejectedRow[]> {
    const { id, number } = await this.entry();
    const { counts, contradictions, records, warnings } = await batch.write({
      firm_id: this.firm.id,
      import_id: id,
      import_no: number,
      ...about,
    });
    this.counts.accepted += counts.accepted;
    this.counts.corrected += counts.corrected;
    this.counts.duplicates += counts.duplicates;
    this.counts.rejected += counts.rejected;
    this.counts.warnings += warnings;
    if (records !== null) this.counts.records = (this.counts.records ?? 0) + records;
    return contradictions;
  }

  async finish(state: 'finished' | 'failed', problem: RowProblem | null): Promise<void> {
    await refreshFirm(this.#app.pool.pg, this.firm.id);
    await this.#entry?.finish(state, problem);
  }

  /** Closes the entry of an import that a fault of ours ended. */
  async abandon(): Promise<void> {
    await this.#entry?.finish('failed', null);
  }
}

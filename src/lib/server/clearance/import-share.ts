import type { Firm } from '#lib/domain/accounts/actor.ts';
import type { RowProblem } from '#lib/domain/clearance/record.ts';
import type { App } from '#lib/server/app.ts';
import type { ImportCounts, ImportEntry } from './import-entry.ts';
import type { AnyRow, ImportKind } from './import-kind.ts';
import { refreshFirm } from './rollup.ts';
import type { RejectedRow } from './write-batch.ts';

const NONE = { rejected: [], warned: [] };

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
  #pending = new Map<ReadonlySet<F>, { row: R; cells: readonly string[] }[]>();

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
    const alike = this.#pending.get(present);
    if (alike) alike.push({ row, cells });
    else this.#pending.set(present, [{ row, cells }]);
  }

  /** Writes what is pending, as few transactions. Gives back the rows that contradict earlier ones of the file. */
  async flush(
    beside: { rejected?: readonly RejectedRow[]; warned?: readonly RejectedRow[] } = {},
  ): Promise<readonly RejectedRow[]> {
    const { rejected = [], warned = [] } = beside;
    const groups = [...this.#pending];
    this.#pending = new Map();
    if (groups.length === 0 && rejected.length + warned.length > 0) groups.push([new Set(), []]);
    const contradictions: RejectedRow[] = [];
    for (const [index, [present, rows]] of groups.entries())
      contradictions.push(...(await this.#write(present, rows, index === 0 ? { rejected, warned } : NONE)));
    if (groups.length > 0) await (await this.entry()).save();
    return contradictions;
  }

  async #write(
    present: ReadonlySet<F>,
    rows: readonly { row: R; cells: readonly string[] }[],
    beside: { rejected: readonly RejectedRow[]; warned: readonly RejectedRow[] },
  ): Promise<readonly RejectedRow[]> {
    const { id, number } = await this.entry();
    const { counts, contradictions, records, warnings } = await this.#kind.write({
      firm_id: this.firm.id,
      import_id: id,
      import_no: number,
      present,
      rows,
      ...beside,
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

import type { Firm } from '#lib/domain/accounts/actor.ts';
import type { Field, RowProblem } from '#lib/domain/clearance/record.ts';
import type { App } from '#lib/server/app.ts';
import type { ImportCounts, ImportEntry } from './import-entry.ts';
import { refreshFirm } from './rollup.ts';
import { writeBatch, type PendingRow, type RejectedRow } from './write-batch.ts';

/**
 * The rows of one file that belong to one firm: an entry of their own in that firm's list of imports,
 * transactions of their own under that firm's policy, counts of their own.
 */
export class FirmShare {
  readonly firm: Firm;
  readonly counts: ImportCounts;
  readonly #app: App;
  readonly #entry: ImportEntry;
  #pending: PendingRow[] = [];

  constructor(app: App, firm: Firm, begun: { entry: ImportEntry; counts: ImportCounts }) {
    this.#app = app;
    this.firm = firm;
    this.#entry = begun.entry;
    this.counts = begun.counts;
  }

  get import_id(): string {
    return this.#entry.id;
  }

  take(row: PendingRow): void {
    this.counts.received += 1;
    this.#pending.push(row);
  }

  /** Writes what is pending as one transaction. Gives back the rows that contradict earlier ones of the file. */
  async flush(about: {
    present: ReadonlySet<Field>;
    rejected?: readonly RejectedRow[];
    warned?: readonly RejectedRow[];
  }): Promise<readonly RejectedRow[]> {
    const { present, rejected = [], warned = [] } = about;
    if (this.#pending.length + rejected.length + warned.length === 0) return [];
    const { counts, contradictions } = await writeBatch(this.#app.pool.pg, {
      firm_id: this.firm.id,
      import_id: this.#entry.id,
      import_no: this.#entry.number,
      present,
      rows: this.#pending,
      rejected,
      warned,
      refreshes: false,
    });
    this.#pending = [];
    this.counts.accepted += counts.accepted;
    this.counts.corrected += counts.corrected;
    this.counts.duplicates += counts.duplicates;
    this.counts.rejected += counts.rejected;
    await this.#entry.save();
    return contradictions;
  }

  async finish(state: 'finished' | 'failed', problem: RowProblem | null): Promise<void> {
    await refreshFirm(this.#app.pool.pg, this.firm.id);
    await this.#entry.finish(state, problem);
  }

  /** Closes the entry of an import that a fault of ours ended. */
  abandon(): Promise<void> {
    return this.#entry.finish('failed', null);
  }
}

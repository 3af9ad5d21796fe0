import type { Firm } from '#lib/domain/accounts/actor.ts';
import type { RowProblem } from '#lib/domain/clearance/record.ts';
import type { App } from '#lib/server/app.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import type { ReadSheet } from '#lib/server/tables/read/xlsx.ts';

/**
 * What became of the rows of an import. `corrected` and `records` of a receipt stream count declarations, as
 * a record is computed from many receipts; `records` is null for other files.
 */
export type ImportCounts = {
  received: number;
  accepted: number;
  corrected: number;
  duplicates: number;
  rejected: number;
  warnings: number;
  records: number | null;
};

export function noCounts(): ImportCounts {
  return { received: 0, accepted: 0, corrected: 0, duplicates: 0, rejected: 0, warnings: 0, records: null };
}

export const IMPORT_STATES = ['running', 'finished', 'failed'] as const;
export type ImportState = (typeof IMPORT_STATES)[number];

/** How far an import is, as it is shown while it runs. */
export type ImportProgress = ImportCounts & {
  header: readonly string[];
  charset: string | null;
  sheet: ReadSheet | null;
  bytes_read: number;
  /** Whose records the rows became, where the file had rows of clients. */
  firms: readonly FirmCounts[];
};

export type FirmCounts = ImportCounts & { slug: string; name: string };

/** A running import says that it is alive at least this often; the worker closes those that fell silent. */
export const HEARTBEAT_MS = 5_000;
/** Progress that people watch is not older than this. */
const SHOWN_AFTER_MS = 1_000;

/**
 * The entry of an import in a firm's list: who sent what, and how far it is. While the import runs its
 * progress is saved every second that brought something new, and every few seconds as a sign of life.
 */
export class ImportEntry {
  readonly id: string;
  /** Stands in each record beside its line. */
  readonly number: number;
  readonly #app: App;
  readonly #firm: Firm;
  readonly #progress: () => ImportProgress;
  readonly #timer: NodeJS.Timeout;
  #saving: Promise<void> = Promise.resolve();
  #shown = '';
  #saved_at_ms = 0;

  private constructor(
    app: App,
    firm: Firm,
    begun: { id: string; number: number; progress: () => ImportProgress },
  ) {
    this.#app = app;
    this.#firm = firm;
    this.id = begun.id;
    this.number = begun.number;
    this.#progress = begun.progress;
    this.#timer = setInterval(() => this.#tick(), SHOWN_AFTER_MS);
    this.#timer.unref();
  }

  static async begin(
    app: App,
    firm: Firm,
    about: {
      id?: string;
      actor_id: string | null;
      file_name: string | null;
      format: string;
      charset: string | null;
      vendor: string | null;
      bytes_total: number | null;
      progress: () => ImportProgress;
    },
  ): Promise<ImportEntry> {
    const { progress, id, file_name, bytes_total, ...rest } = about;
    const begun = await inFirm(app.db, firm.id, (tx) =>
      tx
        .insertInto('clearance_import')
        .values({
          ...rest,
          ...(id === undefined ? {} : { id }),
          firm_id: firm.id,
          file_name: file_name?.slice(0, 300) ?? null,
          bytes_total: bytes_total === null ? null : String(bytes_total),
        })
        .returning(['id', 'number'])
        .executeTakeFirstOrThrow(),
    );
    return new ImportEntry(app, firm, { ...begun, progress });
  }

  /** Saves how far the import is, now. */
  save(): Promise<void> {
    return this.#write('running', null);
  }

  /** Closes the entry; nothing is saved after it. */
  async finish(state: 'finished' | 'failed', problem: RowProblem | null): Promise<void> {
    clearInterval(this.#timer);
    await this.#write(state, problem);
  }

  #tick(): void {
    const is_new = JSON.stringify(this.#progress()) !== this.#shown;
    if (!is_new && this.#app.now().getTime() - this.#saved_at_ms < HEARTBEAT_MS) return;
    // A sign of life that does not come through is no reason to end the import; a batch that fails is.
    this.save().catch((cause: unknown) =>
      this.#app.log.warn({ err: cause, import_id: this.id }, 'the progress of an import was not saved'),
    );
  }

  /** One after the other, so that an older state never overwrites a newer one. */
  #write(state: ImportState, problem: RowProblem | null): Promise<void> {
    const next = this.#saving.then(async () => {
      const progress = this.#progress();
      this.#shown = JSON.stringify(progress);
      this.#saved_at_ms = this.#app.now().getTime();
      const now = this.#app.now();
      const { header, bytes_read, sheet, firms, ...rest } = progress;
      await inFirm(this.#app.db, this.#firm.id, (tx) =>
        tx
          .updateTable('clearance_import')
          .set({
            ...rest,
            header: [...header],
            sheet: sheet ? JSON.stringify(sheet) : null,
            firms: firms.length > 0 ? JSON.stringify(firms) : null,
            bytes_read: String(bytes_read),
            state,
            problem: problem ? JSON.stringify({ code: problem.code, params: problem.params }) : null,
            progressed_at: now,
            finished_at: state === 'running' ? null : now,
          })
          .where('id', '=', this.id)
          .execute(),
      );
    });
    this.#saving = next.catch(() => {});
    return next;
  }
}

import { sql } from 'kysely';
import { RECEIPT_EVENTS, type ReceiptEvent, type ReceiptReading } from '#lib/domain/clearance/receipt.ts';
import { DEFAULT_VENDOR } from '#lib/domain/clearance/receipt-table.ts';
import type { App } from '#lib/server/app.ts';
import type { Db, Tx } from '#lib/server/db/connect.ts';
import { asOperator, inFirm } from '#lib/server/db/tenancy.ts';

export type ReceiptVendorEntry = {
  vendor: string;
  name: string;
  name_zh: string | null;
  /** Codes that its table lacks mean what they mean in the common table. */
  extends_default: boolean;
  source: string;
  confirmed: boolean;
};

/** One line of a vendor's table, with what the asking firm answered for its own system. */
export type ReceiptCode = ReceiptReading & {
  vendor: string;
  code: string;
  /** What vendors who disagree mean by it; empty where they agree. */
  alternatives: ReceiptEvent[];
  meaning: string;
  meaning_zh: string | null;
  source: string;
  confirmed: boolean;
  edited_at: Date | null;
  own: ReceiptReading | null;
};

const LINES_MAX = 5_000;

export async function receiptVendors(db: Db | Tx): Promise<ReceiptVendorEntry[]> {
  return db
    .selectFrom('receipt_vendor')
    .select(['vendor', 'name', 'name_zh', 'extends_default', 'source', 'confirmed'])
    .orderBy(sql`vendor <> ${DEFAULT_VENDOR}`)
    .orderBy('vendor')
    .limit(LINES_MAX)
    .execute();
}

/** The lines of one vendor's table. For a firm with its own answers, also to codes that no table has. */
export async function receiptCodes(
  app: App,
  { firm_id, vendor }: { firm_id: string | null; vendor: string },
): Promise<ReceiptCode[]> {
  const lines = await app.db
    .selectFrom('receipt_status')
    .select([
      'vendor',
      'code',
      'event',
      'reopens',
      'alternatives',
      'meaning',
      'meaning_zh',
      'source',
      'confirmed',
      'edited_at',
    ])
    .where('vendor', '=', vendor)
    .orderBy('code')
    .limit(LINES_MAX)
    .execute();
  const answers = firm_id === null ? [] : await answersOf(app, firm_id, vendor);
  const by_code = new Map(answers.map(({ code, event, reopens }) => [code, { event, reopens }]));
  return lines.map(({ event, alternatives, ...line }) => ({
    ...line,
    event: eventOf(event),
    alternatives: alternatives.map(eventOf),
    own: by_code.get(line.code) ?? null,
  }));
}

/** What a firm answered for its own system, by code. */
export async function answersOf(
  app: App,
  firm_id: string,
  vendor: string,
): Promise<(ReceiptReading & { code: string })[]> {
  const rows = await inFirm(app.db, firm_id, (tx) =>
    tx
      .selectFrom('clearance_receipt_reading')
      .select(['code', 'event', 'reopens'])
      .where('vendor', '=', vendor)
      .orderBy('code')
      .limit(LINES_MAX)
      .execute(),
  );
  return rows.map((row) => ({ ...row, event: eventOf(row.event) }));
}

/**
 * Keeps what a firm's own system means by some codes; null takes an answer back. The firm's records are due
 * to be computed again: at once for a caller that goes on to `recomputeFirm`, else by the worker.
 */
export async function answerReadings(
  app: App,
  about: { firm_id: string; actor_id: string | null; vendor: string },
  readings: ReadonlyMap<string, ReceiptReading | null>,
): Promise<{ changed: number }> {
  const { firm_id, actor_id, vendor } = about;
  return inFirm(app.db, firm_id, async (tx) => {
    // The firm's writers take turns: a batch that is being computed ends before its table changes.
    await sql`insert into clearance_setting (firm_id) values (${firm_id}) on conflict do nothing`.execute(tx);
    await sql`select from clearance_setting where firm_id = ${firm_id} for update`.execute(tx);
    let changed = 0n;
    for (const [code, reading] of readings) {
      const result = reading
        ? await sql`
            insert into clearance_receipt_reading as r (firm_id, vendor, code, event, reopens, answered_by)
            values (${firm_id}, ${vendor}, ${code}, ${reading.event}, ${reading.reopens}, ${actor_id})
            on conflict (firm_id, vendor, code) do update
              set event = excluded.event, reopens = excluded.reopens, answered_by = excluded.answered_by, answered_at = now()
              where row(r.event, r.reopens) is distinct from row(excluded.event, excluded.reopens)`.execute(
            tx,
          )
        : await sql`delete from clearance_receipt_reading where vendor = ${vendor} and code = ${code}`.execute(
            tx,
          );
      changed += result.numAffectedRows ?? 0n;
    }
    if (changed > 0n)
      await tx.updateTable('clearance_receipt_state').set({ is_stale: true, computed_to: '0' }).execute();
    return { changed: Number(changed) };
  });
}

/** The system of the firm's last receipt stream. */
export async function lastVendorOf(app: App, firm_id: string): Promise<string | null> {
  const found = await inFirm(app.db, firm_id, (tx) =>
    tx.selectFrom('clearance_receipt_state').select('vendor').executeTakeFirst(),
  );
  return found?.vendor ?? null;
}

export type ReceiptCodeInput = ReceiptReading & {
  meaning: string;
  meaning_zh: string | null;
  source: string;
  confirmed: boolean;
};

/** The operator's word on a code: a line changed or added, marked as edited, so that updates leave it alone. */
export async function saveReceiptCode(
  app: App,
  at: { vendor: string; code: string },
  input: ReceiptCodeInput,
): Promise<void> {
  const now = app.now();
  await asOperator(app.db, (tx) =>
    tx
      .insertInto('receipt_status')
      .values({ ...at, ...input, edited_at: now })
      .onConflict((conflict) =>
        conflict.columns(['vendor', 'code']).doUpdateSet({ ...input, edited_at: now }),
      )
      .execute(),
  );
}

/** Adds a vendor, or changes its name and whether it extends the common table. */
export async function saveReceiptVendor(app: App, vendor: ReceiptVendorEntry): Promise<void> {
  const { vendor: slug, ...input } = vendor;
  const now = app.now();
  await asOperator(app.db, (tx) =>
    tx
      .insertInto('receipt_vendor')
      .values({ vendor: slug, ...input, edited_at: now })
      .onConflict((conflict) => conflict.column('vendor').doUpdateSet({ ...input, edited_at: now }))
      .execute(),
  );
}

function eventOf(stored: string): ReceiptEvent {
  return RECEIPT_EVENTS.find((event) => event === stored) ?? 'other';
}

import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { ReceiptField } from '#lib/domain/clearance/receipt-columns.ts';
import type { ReceiptRow } from '#lib/domain/clearance/read-receipt.ts';
import { warning, type ClearanceRow, type Field, type RowProblem } from '#lib/domain/clearance/record.ts';
import { copyRows, inFirmClient } from '#lib/server/db/copy.ts';
import { CopyBuffer } from '#lib/server/db/copy-buffer.ts';
import { foldReceiptsOf, type ChangedRecord } from './fold-receipts.ts';
import { BatchRows } from './batch-rows.ts';
import type { BatchAbout, WriteOutcome } from './import-kind.ts';
import { receiptTables } from './receipt-tables.ts';
import { lockFirm } from './rollup.ts';
import { writeBatchIn, type RejectedRow } from './write-batch.ts';

export type ReceiptBatch = BatchAbout<ReceiptField> & {
  rows: { row: ReceiptRow; cells: readonly string[] }[];
};

/** What receipts tell of a record; everything else stays as files told it. */
export const FIELDS_OF_RECEIPTS: ReadonlySet<Field> = new Set([
  'declaration_no',
  'direction',
  'customs_office',
  'declared_at',
  'inspection_notified_at',
  'released_at',
]);

const COLUMNS = `declaration_no, digest, pre_entry_no, code, notice_at, note, declared_at, is_declared_day,
  customs_office, line`;

const INTAKE = `
  create temporary table if not exists clearance_receipt_intake (
    declaration_no bigint, digest bytea, pre_entry_no text, code text, notice_at timestamptz, note text,
    declared_at timestamptz, is_declared_day boolean, customs_office text, line integer
  ) on commit delete rows`;

/**
 * Stores receipts of one firm and computes the records that they touch, in one transaction. A receipt that
 * is stored already is a duplicate; sent again for another vendor's table, it is read by that one.
 */
export function writeReceipts(pool: pg.Pool, vendor: string, batch: ReceiptBatch): Promise<WriteOutcome> {
  const { firm_id } = batch;
  return inFirmClient(pool, firm_id, async (client) => {
    await copyIntake(client, batch.rows);
    // From here on no other writer of this firm is active: every receipt is seen by who computes after it.
    await lockFirm(client, firm_id);
    const tables = await receiptTables(client, firm_id);
    await client.query(
      `insert into clearance_receipt_state (firm_id, vendor, table_digest) values ($1, $2, $3)
       on conflict (firm_id) do update set vendor = excluded.vendor`,
      [firm_id, vendor, tables.digest],
    );
    const taken = await insertReceipts(client, vendor, batch);
    const lines = await touched(client, firm_id, { taken, rows: batch.rows });
    const declaration_nos = [...lines.keys()];
    const changed = await foldReceiptsOf(client, { firm_id, tables, declaration_nos });
    const told = warnings(changed, lines, batch);
    const { counts } = await writeBatchIn(client, {
      firm_id,
      import_id: batch.import_id,
      import_no: batch.import_no,
      present: FIELDS_OF_RECEIPTS,
      rows: BatchRows.of(changed.flatMap((one) => recordRow(one, lines.get(one.number.declaration_no) ?? 0))),
      rejected: batch.rejected,
      warned: told.warned,
      is_computed: true,
      refreshes: false,
    });
    return {
      counts: {
        accepted: taken.length,
        corrected: counts.corrected,
        duplicates: batch.rows.length - taken.length,
        rejected: counts.rejected,
      },
      contradictions: [],
      records: counts.accepted,
      warnings: told.added,
    };
  });
}

/** The record that receipts come to, as a row to be stored; none while nothing tells when it was declared. */
export function recordRow(
  { number, record }: ChangedRecord,
  line: number,
): { row: ClearanceRow; cells: readonly string[] }[] {
  const { declaration_no, accepted_year, direction } = number;
  const { customs_office, declared_at, inspection_notified_at, released_at } = record;
  if (declared_at === null) return [];
  const row: ClearanceRow = {
    line,
    declaration_no,
    accepted_year,
    direction,
    customs_office,
    channel: null,
    item_no: 1,
    category: null,
    is_category_derived: false,
    hs_code: null,
    product_name: null,
    arrived_at: null,
    declared_at,
    inspection_notified_at,
    inspected_at: null,
    released_at,
    firm_uscc: null,
  };
  return [{ row, cells: [] }];
}

type Rows = ReceiptBatch['rows'];
type Taken = { declaration_no: string; pre_entry_no: string };

async function copyIntake(client: pg.PoolClient, rows: Rows): Promise<void> {
  await client.query(INTAKE);
  if (rows.length === 0) return;
  const buffer = new CopyBuffer();
  for (const { row } of rows) {
    buffer.row(10);
    buffer.int8(row.declaration_no ?? '0');
    buffer.bytes(digestOf(row));
    buffer.text(row.pre_entry_no ?? '');
    buffer.text(row.code);
    buffer.timestamptz(row.notice_at);
    buffer.text(row.note);
    buffer.timestamptz(row.declared_at);
    buffer.bool(row.is_declared_day);
    buffer.text(row.customs_office);
    buffer.int4(row.line);
  }
  await copyRows(client, `copy clearance_receipt_intake (${COLUMNS}) from stdin (format binary)`, buffer);
}

/** Of everything the receipt says; where it stood and whose table reads it are no part of it. */
function digestOf(row: ReceiptRow): Buffer {
  const { pre_entry_no, code, notice_at, note, declared_at, is_declared_day, customs_office } = row;
  return createHash('sha256')
    .update(
      JSON.stringify([pre_entry_no, code, notice_at, note, declared_at, is_declared_day, customs_office]),
    )
    .digest()
    .subarray(0, 16);
}

/** Those that are new, or that another table reads from now on. */
async function insertReceipts(client: pg.PoolClient, vendor: string, batch: ReceiptBatch): Promise<Taken[]> {
  const { rows } = await client.query<Taken>(
    `insert into clearance_receipt as r (firm_id, vendor, import_no, ${COLUMNS})
     select $1, $2, $3, ${COLUMNS} from (
       select distinct on (declaration_no, digest) ${COLUMNS} from clearance_receipt_intake
       order by declaration_no, digest, line) i
     on conflict (firm_id, declaration_no, digest) do update set vendor = excluded.vendor
       where r.vendor <> excluded.vendor
     returning lpad(r.declaration_no::text, 18, '0') as declaration_no, r.pre_entry_no`,
    [batch.firm_id, vendor, batch.import_no],
  );
  return rows;
}

/** The declarations whose records these receipts can change, each with the last line that spoke of it. */
async function touched(
  client: pg.PoolClient,
  firm_id: string,
  { taken, rows }: { taken: readonly Taken[]; rows: Rows },
): Promise<Map<string, number>> {
  const lines = new Map<string, number>();
  for (const { row } of rows)
    lines.set(row.declaration_no ?? `pre-entry ${row.pre_entry_no ?? ''}`, row.line);
  const found = new Map<string, number>();
  const waiting = new Set<string>();
  for (const { declaration_no, pre_entry_no } of taken) {
    if (Number(declaration_no) === 0) waiting.add(pre_entry_no);
    else found.set(declaration_no, lines.get(declaration_no) ?? 0);
  }
  if (waiting.size === 0) return found;
  const linked = await client.query<Taken>(
    `select distinct lpad(declaration_no::text, 18, '0') as declaration_no, pre_entry_no from clearance_receipt
     where firm_id = $1 and pre_entry_no = any($2) and pre_entry_no <> '' and declaration_no > 0`,
    [firm_id, [...waiting]],
  );
  for (const { declaration_no, pre_entry_no } of linked.rows)
    if (!found.has(declaration_no)) found.set(declaration_no, lines.get(`pre-entry ${pre_entry_no}`) ?? 0);
  return found;
}

/** What the records are worth a warning for, beside what was wrong with the rows, at the line that spoke last. */
function warnings(
  changed: readonly ChangedRecord[],
  lines: ReadonlyMap<string, number>,
  batch: ReceiptBatch,
): { warned: RejectedRow[]; added: number } {
  const by_line = new Map(batch.warned.map((one) => [one.line, one]));
  const cells_of = new Map(batch.rows.map(({ row, cells }) => [row.line, cells]));
  let added = 0;
  for (const { number, record } of changed) {
    const line = lines.get(number.declaration_no);
    if (line === undefined) continue;
    const value = number.declaration_no;
    const problems: RowProblem[] = [];
    if (record.declared_at === null) problems.push(warning(null, 'receipt.no_declaration', { value }));
    if (record.is_declared_day) problems.push(warning('declared_at', 'time.no_time_of_day', { value }));
    if (record.is_reopened) problems.push(warning('code', 'receipt.voided', { value }));
    if (record.is_closed_unreleased) problems.push(warning('code', 'receipt.no_release', { value }));
    if (record.is_release_too_early)
      problems.push(warning('notice_at', 'released_at.before_declared', { value }));
    if (problems.length === 0) continue;
    added += 1;
    const known = by_line.get(line);
    by_line.set(line, {
      line,
      cells: cells_of.get(line) ?? [],
      problems: [...(known?.problems ?? []), ...problems],
    });
  }
  return { warned: [...by_line.values()], added };
}

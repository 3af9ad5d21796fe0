import { DEFAULT_VENDOR } from '#lib/domain/clearance/receipt-table.ts';
import { RECEIPT_COLUMNS, type ReceiptField } from '#lib/domain/clearance/receipt-columns.ts';
import { createReceiptReader, type ReceiptRow } from '#lib/domain/clearance/read-receipt.ts';
import { RECORD_COLUMNS } from '#lib/domain/clearance/record-columns.ts';
import type { App } from '#lib/server/app.ts';
import { inFirmClient } from '#lib/server/db/copy.ts';
import { importFile, type ImportReport, type ImportRequest } from './import.ts';
import { isOf, type ImportKind } from './import-kind.ts';
import { receiptTables } from './receipt-tables.ts';
import { rowReference } from './row-reference.ts';
import { writeReceipts, type ReceiptBatch } from './write-receipts.ts';

/**
 * Reads a stream of customs receipts, keeps each one, and computes the records of the declarations it speaks
 * of. Receipts may come in any order, in several files, twice or at once: the records are the same. `vendor`
 * is the system whose table leads from codes to events.
 */
export async function importReceipts(
  app: App,
  request: ImportRequest<ReceiptField> & { vendor?: string },
): Promise<ImportReport> {
  const { vendor = DEFAULT_VENDOR, ...rest } = request;
  const kind = await receiptsKind(app, request.firm.id, vendor);
  return importFile(app, rest, { kind, format: 'receipts', vendor });
}

/** Files of customs receipts of one vendor. */
export async function receiptsKind(
  app: App,
  firm_id: string,
  vendor: string,
): Promise<ImportKind<ReceiptField, ReceiptRow>> {
  const [{ districts }, tables] = await Promise.all([
    rowReference(app.db),
    inFirmClient(app.pool.pg, firm_id, (client) => receiptTables(client, firm_id)),
  ]);
  const table = tables.tableOf(vendor);
  return {
    names: RECEIPT_COLUMNS,
    reader: (columns, serial_days) => createReceiptReader(columns, { table, districts, serial_days }),
    openBatch: () => {
      const rows: ReceiptBatch['rows'] = [];
      return {
        take: (row, cells) => void rows.push({ row, cells }),
        write: (about) => writeReceipts(app.pool.pg, vendor, { ...about, rows }),
      };
    },
    misfit: (header) =>
      isOf(RECORD_COLUMNS, header) && !isOf(RECEIPT_COLUMNS, header) ? 'header.is_records' : null,
  };
}

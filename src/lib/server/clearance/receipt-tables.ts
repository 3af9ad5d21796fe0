import { createHash } from 'node:crypto';
import type pg from 'pg';
import { RECEIPT_EVENTS, type ReceiptEvent } from '#lib/domain/clearance/receipt.ts';
import {
  statusTable,
  type OwnReading,
  type ReceiptStatus,
  type ReceiptVendor,
  type StatusTable,
} from '#lib/domain/clearance/receipt-table.ts';

/** The tables of receipt codes as they are now, with a firm's own answers. */
export type ReceiptTables = {
  tableOf: (vendor: string) => StatusTable;
  vendors: readonly ReceiptVendor[];
  /** Of everything that the meaning of a code depends on, but for the firm's own answers. */
  digest: string;
};

/** Vendors number a few, their codes some hundreds; the limit only keeps a query from being without one. */
const LINES_MAX = 20_000;

type Line = { vendor: string; code: string; event: string; reopens: boolean };

/** Reads the tables inside a transaction of the firm, so that what it computes with them is of one piece. */
export async function receiptTables(client: pg.ClientBase, firm_id: string): Promise<ReceiptTables> {
  const vendors = await client.query<ReceiptVendor>(
    `select vendor, extends_default from receipt_vendor order by vendor limit ${LINES_MAX}`,
  );
  const lines = await client.query<Line & { confirmed: boolean }>(
    `select vendor, code, event, reopens, confirmed from receipt_status order by vendor, code limit ${LINES_MAX}`,
  );
  const answers = await client.query<Line>(
    `select vendor, code, event, reopens from clearance_receipt_reading where firm_id = $1 limit ${LINES_MAX}`,
    [firm_id],
  );
  const statuses: ReceiptStatus[] = lines.rows.map((line) => ({ ...line, event: eventOf(line.event) }));
  const own: OwnReading[] = answers.rows.map((line) => ({ ...line, event: eventOf(line.event) }));
  const known = new Map<string, StatusTable>();
  return {
    vendors: vendors.rows,
    tableOf: (name) => {
      const met = known.get(name);
      if (met) return met;
      const vendor = vendors.rows.find((one) => one.vendor === name) ?? {
        vendor: name,
        extends_default: false,
      };
      const table = statusTable(vendor, statuses, own);
      known.set(name, table);
      return table;
    },
    digest: digestOf(
      vendors.rows,
      statuses.map(({ vendor, code, event, reopens }) => ({ vendor, code, event, reopens })),
    ),
  };
}

/** The digest that `receiptTables` gives, without a firm: for finding out which firms must be computed again. */
export async function receiptTablesDigest(client: pg.ClientBase | pg.Pool): Promise<string> {
  const vendors = await client.query<ReceiptVendor>(
    `select vendor, extends_default from receipt_vendor order by vendor limit ${LINES_MAX}`,
  );
  const lines = await client.query<Line>(
    `select vendor, code, event, reopens from receipt_status order by vendor, code limit ${LINES_MAX}`,
  );
  return digestOf(vendors.rows, lines.rows);
}

function digestOf(vendors: readonly ReceiptVendor[], lines: readonly Line[]): string {
  return createHash('sha256')
    .update(JSON.stringify([vendors, lines]))
    .digest('hex')
    .slice(0, 32);
}

/** What an older database still has that the program no longer knows changes nothing. */
function eventOf(stored: string): ReceiptEvent {
  return RECEIPT_EVENTS.find((event) => event === stored) ?? 'other';
}

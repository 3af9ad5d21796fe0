import { z } from 'zod';
import { RECEIPT_EVENTS } from '#lib/domain/clearance/receipt.ts';
import { IMPORT_STATES } from './import-entry.ts';

// What the operations on imports answer, as the contract describes it.

export const uuid = z.uuid({ error: 'is not an id' });

const instant = z.iso.datetime({ offset: true });
const counts = {
  received: z.number(),
  accepted: z.number(),
  corrected: z.number(),
  duplicates: z.number(),
  rejected: z.number(),
  warnings: z.number(),
  records: z
    .number()
    .nullable()
    .describe(
      'Declarations that a receipt stream made known; `corrected` counts those it changed. Null for records.',
    ),
};

const firms = z
  .array(z.object({ slug: z.string(), name: z.string(), ...counts }))
  .describe('Whose records they became, where the file had rows of firms that granted this one.');
const sheet = z
  .object({ name: z.string(), others: z.array(z.string()) })
  .nullable()
  .describe('Of a workbook: the sheet that was read, and those that were not.');

export const import_report = z.object({
  import_id: z.string(),
  ...counts,
  firms,
  sheet,
  errors: z.array(
    z.object({ line: z.number(), field: z.string().nullable(), code: z.string(), message: z.string() }),
  ),
});

export const preview = z.object({
  kind: z.enum(['records', 'receipts']),
  looks_like: z.enum(['records', 'receipts']),
  charset: z.string().nullable(),
  sheet,
  header: z.array(z.string()),
  columns: z.array(z.object({ place: z.number(), name: z.string(), field: z.string().nullable() })),
  fields: z.array(z.string()),
  missing: z.array(z.array(z.string())),
  is_remembered: z.boolean(),
  rows: z.array(z.object({ line: z.number(), cells: z.array(z.string()) })),
  problems: z.array(
    z.object({
      line: z.number(),
      field: z.string().nullable(),
      code: z.string(),
      is_error: z.boolean(),
      message: z.string(),
    }),
  ),
  rows_tried: z.number(),
  vendor: z.string().nullable().describe('Of receipts: the system by whose table their codes are read.'),
  questions: z
    .array(
      z.object({
        code: z.string(),
        event: z.enum(RECEIPT_EVENTS).nullable(),
        alternatives: z.array(z.enum(RECEIPT_EVENTS)),
        meaning: z.string().nullable(),
        meaning_zh: z.string().nullable(),
      }),
    )
    .describe('Codes of the first rows that systems disagree on or no table has: answer with `readings`.'),
  problem: z.string().nullable(),
});

export const import_entry = z.object({
  import_id: z.string(),
  state: z.enum(IMPORT_STATES),
  file_name: z.string().nullable(),
  format: z.string(),
  charset: z.string().nullable(),
  vendor: z.string().nullable(),
  origin: z.enum(['file', 'tables']).describe('tables: computed again by changed tables of receipt codes.'),
  ...counts,
  firms,
  sheet,
  bytes_read: z.number().describe('Bytes that have come so far, as they came.'),
  bytes_total: z.number().nullable().describe('Null when the sender did not say.'),
  problem: z.string().nullable().describe('Why it failed, and what to do.'),
  started_at: instant,
  progressed_at: instant,
  finished_at: instant.nullable(),
});

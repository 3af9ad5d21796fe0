import { z } from 'zod';
import { foldCode } from '#lib/domain/clearance/read-receipt.ts';
import { RECEIPT_EVENTS, type ReceiptEvent } from '#lib/domain/clearance/receipt.ts';
import { DEFAULT_VENDOR } from '#lib/domain/clearance/receipt-table.ts';
import type { App } from '#lib/server/app.ts';
import { operation } from '#lib/server/http/operation.ts';
import { refuse } from '#lib/server/http/problem.ts';
import {
  answerReadings,
  receiptCodes,
  receiptVendors,
  saveReceiptCode,
  saveReceiptVendor,
  type ReceiptVendorEntry,
} from './receipt-codes.ts';
import { RECOMPUTED_STEPS_MAX, recomputeFirm } from './recompute-receipts.ts';

const vendor_name = z
  .string()
  .regex(/^[a-z0-9-]{1,40}$/, 'is not a vendor: up to 40 small letters, digits and hyphens');
const code = z.string().min(1).max(20).transform(foldCode);
const event = z.enum(RECEIPT_EVENTS);
const reading = z.object({
  event: event.describe('What a receipt with this code says has happened.'),
  reopens: z
    .boolean()
    .optional()
    .describe('A release before it no longer counts. True for void unless said, else false.'),
});
const vendor_entry = z.object({
  vendor: vendor_name,
  name: z.string(),
  name_zh: z.string().nullable(),
  extends_default: z.boolean().describe('Codes that its table lacks are read by the common table.'),
  source: z.string(),
  confirmed: z.boolean(),
});
const line = z.object({
  vendor: z.string(),
  code: z.string(),
  event,
  reopens: z.boolean(),
  alternatives: z.array(event).describe('What vendors who disagree mean by it.'),
  meaning: z.string(),
  meaning_zh: z.string().nullable(),
  source: z.string(),
  confirmed: z.boolean(),
  edited_at: z.iso.datetime({ offset: true }).nullable(),
  own: z
    .object({ event, reopens: z.boolean() })
    .nullable()
    .describe('What this firm answered for its own system.'),
});

/** A reading as it is stored: a deletion reopens unless somebody says otherwise. */
export function readingOf(given: { event: ReceiptEvent; reopens?: boolean }): {
  event: ReceiptEvent;
  reopens: boolean;
} {
  return { event: given.event, reopens: given.reopens ?? given.event === 'void' };
}

/** The vendor of this name, or a refusal that names those there are. */
export async function requireVendor(app: App, vendor: string): Promise<ReceiptVendorEntry> {
  const vendors = await receiptVendors(app.db);
  const known = vendors.find((one) => one.vendor === vendor);
  return (
    known ??
    refuse(
      422,
      `There is no table of receipt codes for the vendor ${vendor}. There are ${vendors.map((one) => one.vendor).join(', ')}.`,
    )
  );
}

export const getReceiptVendors = operation({
  method: 'get',
  path: '/clearance/receipt-vendors',
  tag: 'Clearance',
  summary: 'Systems whose receipt codes are known',
  access: { scope: 'clearance:read', side: 'either' },
  response: { description: 'All of them.', schema: z.object({ items: z.array(vendor_entry) }) },
  run: async ({ app }) => ({ items: await receiptVendors(app.db) }),
});

export const putReceiptVendor = operation({
  method: 'put',
  path: '/clearance/receipt-vendors/{vendor}',
  tag: 'Clearance',
  summary: 'Add or change a system that sends receipts',
  access: { scope: 'clearance:write', side: 'operator' },
  params: z.object({ vendor: vendor_name }),
  body: z.object({
    name: z.string().trim().min(1).max(200),
    name_zh: z.string().trim().min(1).max(200).nullish(),
    extends_default: z.boolean().default(true),
    source: z.string().trim().min(1).max(500),
    confirmed: z.boolean().default(false),
  }),
  response: { description: 'The system.', schema: vendor_entry },
  run: async ({ app, params, body }) => {
    const entry = { ...params, ...body, name_zh: body.name_zh ?? null };
    await saveReceiptVendor(app, entry);
    return entry;
  },
});

export const getReceiptCodes = operation({
  method: 'get',
  path: '/clearance/receipt-codes',
  tag: 'Clearance',
  summary: 'What receipt codes mean',
  description:
    'The table of one system. A line that is not confirmed is one on which systems disagree; a firm says what its own means by it with PUT /clearance/receipt-readings.',
  access: { scope: 'clearance:read', side: 'either' },
  query: z.object({ vendor: vendor_name.default(DEFAULT_VENDOR) }),
  response: { description: 'The lines of the table.', schema: z.object({ items: z.array(line) }) },
  run: async ({ app, firm, query }) => {
    await requireVendor(app, query.vendor);
    return { items: await receiptCodes(app, { firm_id: firm?.id ?? null, vendor: query.vendor }) };
  },
});

export const putReceiptCode = operation({
  method: 'put',
  path: '/clearance/receipt-codes/{vendor}/{code}',
  tag: 'Clearance',
  summary: 'Say what a receipt code means',
  description: 'Records that it reads otherwise are computed again within a minute, with their history kept.',
  access: { scope: 'clearance:write', side: 'operator' },
  params: z.object({ vendor: vendor_name, code }),
  body: reading.extend({
    meaning: z.string().trim().min(1).max(300),
    meaning_zh: z.string().trim().min(1).max(300).nullish(),
    source: z.string().trim().min(1).max(500),
    confirmed: z.boolean().default(false),
  }),
  response: {
    description: 'The line of the table.',
    schema: line.omit({ own: true, alternatives: true, edited_at: true }),
  },
  run: async ({ app, params, body }) => {
    await requireVendor(app, params.vendor);
    const { event: _, reopens: __, meaning_zh = null, ...rest } = body;
    const saved = { ...readingOf(body), ...rest, meaning_zh };
    await saveReceiptCode(app, params, saved);
    return { ...params, ...saved };
  },
});

const answer = z.object({
  changed_records: z.number().describe('Records that came out otherwise.'),
  is_done: z.boolean().describe('False: more records are being computed again, within minutes.'),
});

export const putReceiptReading = operation({
  method: 'put',
  path: '/clearance/receipt-readings/{vendor}/{code}',
  tag: 'Clearance',
  summary: 'Say what the own system means by a receipt code',
  description: 'It goes before the common table, for this firm alone; its records are computed again.',
  access: { scope: 'clearance:write', side: 'firm' },
  params: z.object({ vendor: vendor_name, code }),
  body: reading,
  response: { description: 'What became of it.', schema: answer },
  run: async ({ app, actor, firm, params, body }) => {
    if (!firm) refuse(403, 'A reading belongs to a firm.');
    await requireVendor(app, params.vendor);
    const about = { firm_id: firm.id, actor_id: actor.id, vendor: params.vendor };
    await answerReadings(app, about, new Map([[params.code, readingOf(body)]]));
    return recomputed(app, firm.id);
  },
});

export const deleteReceiptReading = operation({
  method: 'delete',
  path: '/clearance/receipt-readings/{vendor}/{code}',
  tag: 'Clearance',
  summary: 'Read a receipt code by the common table again',
  access: { scope: 'clearance:write', side: 'firm' },
  params: z.object({ vendor: vendor_name, code }),
  response: { description: 'What became of it.', schema: answer },
  run: async ({ app, actor, firm, params }) => {
    if (!firm) refuse(403, 'A reading belongs to a firm.');
    const about = { firm_id: firm.id, actor_id: actor.id, vendor: params.vendor };
    await answerReadings(app, about, new Map([[params.code, null]]));
    return recomputed(app, firm.id);
  },
});

async function recomputed(app: App, firm_id: string): Promise<z.infer<typeof answer>> {
  const { records, is_done } = await recomputeFirm(app.pool.pg, firm_id, RECOMPUTED_STEPS_MAX);
  return { changed_records: records, is_done };
}

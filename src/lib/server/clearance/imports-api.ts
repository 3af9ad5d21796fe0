import { z } from 'zod';
import { RECORD_COLUMNS } from '#lib/domain/clearance/record-columns.ts';
import { MEDIA_TYPES } from '#lib/domain/tables/file-format.ts';
import { RECEIPT_COLUMNS } from '#lib/domain/clearance/receipt-columns.ts';
import type { RowProblem } from '#lib/domain/clearance/record.ts';
import { RECEIPT_EVENTS } from '#lib/domain/clearance/receipt.ts';
import { DEFAULT_VENDOR } from '#lib/domain/clearance/receipt-table.ts';
import { negotiateLanguage, type Language } from '#lib/i18n/text.ts';
import type { App } from '#lib/server/app.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { sheetResponse, XLSX_MEDIA_TYPE } from '#lib/server/exports/sheet-response.ts';
import { operation } from '#lib/server/http/operation.ts';
import { pageFields, pageSchema } from '#lib/server/http/page.ts';
import { refuse } from '#lib/server/http/problem.ts';
import { importClearance } from './import.ts';
import { IMPORT_STATES } from './import-entry.ts';
import { importClientsOf } from './import-clients.ts';
import { rememberColumns, rememberedColumns } from './import-columns.ts';
import { kindOfHeader, previewFile } from './import-preview.ts';
import { recordsKind } from './import-kind.ts';
import { receiptsKind } from './import-receipts.ts';
import { findImport, IMPORT_KEY, listImports, type ListedImport } from './import-list.ts';
import { firstProblems } from './import-problems.ts';
import { choiceOf, fileOf, IMPORT_QUERY, type Readings } from './import-query.ts';
import { importReceipts } from './import-receipts.ts';
import { problemText } from './problem-text.ts';
import { answerReadings, lastVendorOf } from './receipt-codes.ts';
import { receiptQuestions } from './receipt-questions.ts';
import { readingOf, requireVendor } from './receipts-api.ts';
import { RECOMPUTED_STEPS_MAX, recomputeFirm } from './recompute-receipts.ts';
import { rejectedFile, rejectedSheet } from './rejected-file.ts';

const ERRORS_FIRST = 100;

const uuid = z.uuid({ error: 'is not an id' });

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

const import_report = z.object({
  import_id: z.string(),
  ...counts,
  firms,
  sheet,
  errors: z.array(
    z.object({ line: z.number(), field: z.string().nullable(), code: z.string(), message: z.string() }),
  ),
});

const preview = z.object({
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

const import_entry = z.object({
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

export const postImport = operation({
  method: 'post',
  path: '/clearance/imports',
  tag: 'Clearance',
  summary: 'Import clearance records',
  description:
    'A CSV, XLSX, NDJSON or JSON file of any size, streamed. Good rows are stored, bad ones listed with every reason; the same file again changes nothing. Rows that name the credit code of a firm that granted this one become records of that firm.',
  access: { scope: 'clearance:write', side: 'firm' },
  query: z.object({
    ...IMPORT_QUERY,
    import_id: uuid
      .optional()
      .describe('An id of your own choice, under which the import can be watched while it runs.'),
  }),
  raw_body: {
    media_types: MEDIA_TYPES,
    description: 'The file. The charset is detected unless Content-Type names it.',
  },
  response: { description: 'What became of the rows.', schema: import_report },
  run: async ({ app, actor, firm, query, request }) => {
    if (!firm) refuse(403, 'Records belong to a firm.');
    const { import_id } = query;
    const known = import_id && (await inFirm(app.db, firm.id, (tx) => findImport(tx, import_id)));
    if (known) refuse(409, `There is an import with the id ${import_id} already. Choose another.`);
    const { bytes_total, ...file } = fileOf(request, query.charset);
    const about = {
      firm,
      actor_id: actor.id,
      import_id,
      file_name: query.file_name ?? null,
      ...file,
      bytes_total,
      clients: await importClientsOf(app, actor),
      sheet: query.sheet ?? null,
    };
    const report =
      query.format === 'receipts'
        ? await importReceipts(app, {
            ...about,
            columns: choiceOf(RECEIPT_COLUMNS, query.columns),
            rememberedColumns: await rememberedColumns(app, {
              firm_id: firm.id,
              kind: 'receipts',
              names: RECEIPT_COLUMNS,
            }),
            vendor: await vendorOf(app, { firm_id: firm.id, actor_id: actor.id }, query),
          })
        : await importClearance(app, {
            ...about,
            columns: choiceOf(RECORD_COLUMNS, query.columns),
            rememberedColumns: await rememberedColumns(app, {
              firm_id: firm.id,
              kind: 'records',
              names: RECORD_COLUMNS,
            }),
          });
    const language = negotiateLanguage(request.headers.get('accept-language'));
    const { problem, ...rest } = report;
    if (problem && report.received === 0)
      refuse(422, problemText(problem, language), [
        { code: problem.code, message: problemText(problem, language) },
      ]);
    const listed = await inFirm(app.db, firm.id, (tx) =>
      firstProblems(tx, report.import_id, language, ERRORS_FIRST),
    );
    const whole = problem
      ? [{ line: report.received, field: null, code: problem.code, message: problemText(problem, language) }]
      : [];
    return {
      ...rest,
      errors: [...whole, ...listed].slice(0, ERRORS_FIRST),
    };
  },
});

/** The system whose codes a receipt stream carries, with what the firm answered about them. */
async function vendorOf(
  app: App,
  whose: { firm_id: string; actor_id: string },
  given: { vendor?: string; readings?: Readings },
): Promise<string> {
  const vendor = given.vendor ?? (await lastVendorOf(app, whose.firm_id)) ?? DEFAULT_VENDOR;
  await requireVendor(app, vendor);
  if (given.readings) {
    const readings = [...given.readings].map(([code, event]) => [code, readingOf({ event })] as const);
    const { changed } = await answerReadings(app, { ...whose, vendor }, new Map(readings));
    if (changed > 0) await recomputeFirm(app.pool.pg, whose.firm_id, RECOMPUTED_STEPS_MAX);
  }
  return vendor;
}

export const postImportPreview = operation({
  method: 'post',
  path: '/clearance/imports/preview',
  tag: 'Clearance',
  summary: 'What would become of a file',
  description:
    'Takes the same as an import, reads the first 200 rows and stores nothing: which column goes to which field, what is missing, what is wrong with the first rows. The beginning of a file is enough, but for a workbook.',
  access: { scope: 'clearance:write', side: 'firm' },
  query: z.object(IMPORT_QUERY),
  raw_body: { media_types: MEDIA_TYPES, description: 'The file, or the first part of it.' },
  response: { description: 'What was found.', schema: preview },
  run: async ({ app, firm, query, request }) => {
    if (!firm) refuse(403, 'Records belong to a firm.');
    const { bytes_total: _, ...file } = fileOf(request, query.charset);
    const language = negotiateLanguage(request.headers.get('accept-language'));
    const given = { ...file, sheet: query.sheet ?? null };
    const vendor =
      query.format === 'receipts'
        ? (query.vendor ?? (await lastVendorOf(app, firm.id)) ?? DEFAULT_VENDOR)
        : null;
    if (vendor !== null) await requireVendor(app, vendor);
    const found =
      vendor !== null
        ? await previewFile(
            app,
            { ...given, columns: query.columns && choiceOf(RECEIPT_COLUMNS, query.columns) },
            { firm_id: firm.id, kind: 'receipts', rows: await receiptsKind(app, firm.id, vendor) },
          )
        : await previewFile(
            app,
            { ...given, columns: query.columns && choiceOf(RECORD_COLUMNS, query.columns) },
            { firm_id: firm.id, kind: 'records', rows: await recordsKind(app) },
          );
    const { problem, problems, ...rest } = found;
    const said = ({ code, params }: Pick<RowProblem, 'code' | 'params'>) =>
      problemText({ code, params }, language);
    return {
      ...rest,
      looks_like: kindOfHeader(rest.header),
      vendor,
      questions: vendor === null ? [] : await receiptQuestions(app, { firm_id: firm.id, vendor }, problems),
      problems: problems.map(({ line, field, code, params, is_error }) => ({
        line,
        field,
        code,
        is_error,
        message: said({ code, params }),
      })),
      problem: problem && said(problem),
    };
  },
});

export const putImportColumns = operation({
  method: 'put',
  path: '/clearance/import-columns',
  tag: 'Clearance',
  summary: 'Remember which column goes to which field',
  description: 'For files of this firm with the same header, until it is told otherwise.',
  access: { scope: 'clearance:write', side: 'firm' },
  body: z.object({
    format: z.enum(['records', 'receipts']).default('records'),
    header: z.array(z.string().max(500)).min(1).max(1024),
    columns: z.record(z.string(), z.string().nullable()),
  }),
  response: { status: 204, description: 'It is remembered.' },
  run: async ({ app, actor, firm, body }) => {
    if (!firm) refuse(403, 'Records belong to a firm.');
    if (body.format === 'receipts') choiceOf(RECEIPT_COLUMNS, body.columns);
    else choiceOf(RECORD_COLUMNS, body.columns);
    await rememberColumns(app, { firm_id: firm.id, actor_id: actor.id, kind: body.format }, body);
  },
});

export const getImports = operation({
  method: 'get',
  path: '/clearance/imports',
  tag: 'Clearance',
  summary: 'Imports of the firm, newest first',
  access: { scope: 'clearance:read', side: 'firm' },
  query: z.object(pageFields(IMPORT_KEY)),
  response: { description: 'A page of imports.', schema: pageSchema(import_entry) },
  run: async ({ app, firm, query, request }) => {
    if (!firm) refuse(403, 'Records belong to a firm.');
    const language = negotiateLanguage(request.headers.get('accept-language'));
    const { limit, cursor } = query;
    const page = await inFirm(app.db, firm.id, (tx) =>
      listImports(tx, { limit, after: cursor?.[0] ?? null }),
    );
    return { ...page, items: page.items.map((one) => said(one, language)) };
  },
});

export const getImport = operation({
  method: 'get',
  path: '/clearance/imports/{id}',
  tag: 'Clearance',
  summary: 'State and progress of an import',
  description:
    'While it runs, the counts and bytes are those of the last second. One that was cut short is failed and says so; the same file again completes it.',
  access: { scope: 'clearance:read', side: 'firm' },
  params: z.object({ id: uuid }),
  response: { description: 'The import.', schema: import_entry },
  run: async ({ app, firm, params, request }) => {
    if (!firm) refuse(403, 'Records belong to a firm.');
    const found = await inFirm(app.db, firm.id, (tx) => findImport(tx, params.id));
    return found
      ? said(found, negotiateLanguage(request.headers.get('accept-language')))
      : refuse(404, 'There is no such import.');
  },
});

export const getImportErrors = operation({
  method: 'get',
  path: '/clearance/imports/{id}/errors.csv',
  tag: 'Clearance',
  summary: 'Rejected rows of an import, to mend and load again',
  access: { scope: 'clearance:read', side: 'firm' },
  params: z.object({ id: uuid }),
  response: { description: 'Line, reasons and the row as it came.', media_type: 'text/csv' },
  run: async ({ app, firm, params, request }) => {
    if (!firm) refuse(403, 'Records belong to a firm.');
    const language = negotiateLanguage(request.headers.get('accept-language'));
    const text = await inFirm(app.db, firm.id, (tx) => rejectedFile(tx, params.id, language));
    if (text === null) refuse(404, 'There is no such import.');
    return new Response(text, {
      headers: {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="rejected-rows.csv"`,
        'cache-control': 'private, no-store',
      },
    });
  },
});

export const getImportErrorsWorkbook = operation({
  method: 'get',
  path: '/clearance/imports/{id}/errors.xlsx',
  tag: 'Clearance',
  summary: 'Rejected rows of an import as a workbook',
  description: 'All text: opening it in a spreadsheet damages no number.',
  access: { scope: 'clearance:read', side: 'firm' },
  params: z.object({ id: uuid }),
  response: { description: 'Line, reasons and the row as it came.', media_type: XLSX_MEDIA_TYPE },
  run: async ({ app, firm, params, request, request_id }) => {
    if (!firm) refuse(403, 'Records belong to a firm.');
    const language = negotiateLanguage(request.headers.get('accept-language'));
    const sheet = await inFirm(app.db, firm.id, (tx) => rejectedSheet(tx, params.id, language));
    if (sheet === null) refuse(404, 'There is no such import.');
    return sheetResponse(sheet, {
      file_name: 'rejected-rows',
      ...{ format: 'xlsx', language, request_id, log: app.log },
    });
  },
});

/** An entry with the sentence of its problem. */
function said(entry: ListedImport, language: Language) {
  return { ...entry, problem: entry.problem && problemText(entry.problem, language) };
}

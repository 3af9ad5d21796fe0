import { z } from 'zod';
import { RECORD_COLUMNS } from '#lib/domain/clearance/record-columns.ts';
import { MEDIA_TYPES } from '#lib/domain/tables/file-format.ts';
import { RECEIPT_COLUMNS } from '#lib/domain/clearance/receipt-columns.ts';
import type { RowProblem } from '#lib/domain/clearance/record.ts';
import { DEFAULT_VENDOR } from '#lib/domain/clearance/receipt-table.ts';
import { negotiateLanguage, type Language } from '#lib/i18n/text.ts';
import type { App } from '#lib/server/app.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { sheetResponse, XLSX_MEDIA_TYPE } from '#lib/server/exports/sheet-response.ts';
import { operation } from '#lib/server/http/operation.ts';
import { pageFields, pageSchema } from '#lib/server/http/page.ts';
import { refuse } from '#lib/server/http/problem.ts';
import { importClearance } from './import.ts';
import { importClientsOf } from './import-clients.ts';
import { rememberColumns, rememberedColumns } from './import-columns.ts';
import { kindOfHeader, previewFile } from './import-preview.ts';
import { recordsKind } from './import-kind.ts';
import { receiptsKind } from './import-receipts.ts';
import { findImport, IMPORT_KEY, listImports, type ListedImport } from './import-list.ts';
import { firstProblems } from './import-problems.ts';
import { uuid, import_report, preview, import_entry } from './import-schemas.ts';
import { choiceOf, fileOf, IMPORT_QUERY, type Readings } from './import-query.ts';
import { importReceipts } from './import-receipts.ts';
import { problemText } from './problem-text.ts';
import { answerReadings, lastVendorOf } from './receipt-codes.ts';
import { receiptQuestions } from './receipt-questions.ts';
import { readingOf, requireVendor } from './receipts-api.ts';
import { RECOMPUTED_STEPS_MAX, recomputeFirm } from './recompute-receipts.ts';
import { rejectedFile, rejectedSheet } from './rejected-file.ts';

const ERRORS_FIRST = 100;

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

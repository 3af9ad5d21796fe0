import { z } from 'zod';
import { RECORD_COLUMNS } from '#lib/domain/clearance/record-columns.ts';
import { formatOfMediaType, MEDIA_TYPES } from '#lib/domain/clearance/file-format.ts';
import type { Field } from '#lib/domain/clearance/record.ts';
import { negotiateLanguage, type Language } from '#lib/i18n/text.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { chunksOf } from '#lib/server/http/body.ts';
import { mediaType, operation } from '#lib/server/http/operation.ts';
import { pageFields, pageSchema } from '#lib/server/http/page.ts';
import { refuse } from '#lib/server/http/problem.ts';
import { importClearance } from './import.ts';
import { IMPORT_STATES } from './import-entry.ts';
import { importClientsOf } from './import-clients.ts';
import { findImport, IMPORT_KEY, listImports, type ListedImport } from './import-list.ts';
import { firstProblems } from './import-problems.ts';
import { problemText } from './problem-text.ts';
import { rejectedFile } from './rejected-file.ts';

const ERRORS_FIRST = 100;
/** A choice for every column of a wide file fits; an address is not longer in any server. */
const COLUMNS_LENGTH_MAX = 6_000;

const uuid = z.uuid({ error: 'is not an id' });

const instant = z.iso.datetime({ offset: true });
const counts = {
  received: z.number(),
  accepted: z.number(),
  corrected: z.number(),
  duplicates: z.number(),
  rejected: z.number(),
  warnings: z.number(),
};

const import_report = z.object({
  import_id: z.string(),
  ...counts,
  firms: z
    .array(z.object({ slug: z.string(), name: z.string(), ...counts }))
    .describe('Whose records they became, where the file had rows of firms that granted this one.'),
  errors: z.array(
    z.object({ line: z.number(), field: z.string().nullable(), code: z.string(), message: z.string() }),
  ),
});

const import_entry = z.object({
  import_id: z.string(),
  state: z.enum(IMPORT_STATES),
  file_name: z.string().nullable(),
  format: z.string(),
  charset: z.string().nullable(),
  ...counts,
  bytes_read: z.number().describe('Bytes that have come so far, as they came.'),
  bytes_total: z.number().nullable().describe('Null when the sender did not say.'),
  problem: z.string().nullable().describe('Why it failed, and what to do.'),
  started_at: instant,
  progressed_at: instant,
  finished_at: instant.nullable(),
});

/** A field's name, or null to leave the column out. */
const FIELD_OF: ReadonlyMap<string, Field> = new Map(RECORD_COLUMNS.fields.map((field) => [field, field]));

const columns = z
  .string()
  .max(COLUMNS_LENGTH_MAX)
  .transform((text, context): Record<string, Field | null> => {
    const fail = (message: string) => {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    };
    const parsed = column_names.safeParse(parseJson(text));
    if (!parsed.success)
      return fail('is not a JSON object of column names and fields, such as {"申报时间":"declared_at"}');
    const choice: Record<string, Field | null> = {};
    for (const [column, name] of Object.entries(parsed.data)) {
      const field = name === null ? null : FIELD_OF.get(name);
      if (field === undefined)
        return fail(`names the field ${name}; there are ${[...FIELD_OF.keys()].join(', ')}`);
      choice[column] = field;
    }
    return choice;
  });
const column_names = z.record(z.string(), z.string().nullable());

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export const postImport = operation({
  method: 'post',
  path: '/clearance/imports',
  tag: 'Clearance',
  summary: 'Import clearance records',
  description:
    'A CSV, XLSX, NDJSON or JSON file of any size, streamed. Good rows are stored, bad ones listed with every reason; the same file again changes nothing. Rows that name the credit code of a firm that granted this one become records of that firm.',
  access: { scope: 'clearance:write', side: 'firm' },
  query: z.object({
    file_name: z.string().max(300).optional(),
    charset: z.string().max(40).optional(),
    import_id: uuid
      .optional()
      .describe('An id of your own choice, under which the import can be watched while it runs.'),
    columns: columns
      .optional()
      .describe(
        'What columns hold whose names are not known, or mean something else: a JSON object of column names (or places such as #3) and fields, null for a column to leave out.',
      ),
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
    const { headers } = request;
    const length = Number(headers.get('content-length'));
    const report = await importClearance(app, {
      firm,
      actor_id: actor.id,
      import_id,
      format: formatOfMediaType(mediaType(request)) ?? 'csv',
      charset: query.charset ?? charsetOf(headers.get('content-type')),
      is_gzip: headers.get('content-encoding') === 'gzip',
      file_name: query.file_name ?? null,
      bytes: chunksOf(request),
      bytes_total: length > 0 ? length : null,
      columns: query.columns,
      clients: await importClientsOf(app, actor),
    });
    const language = negotiateLanguage(headers.get('accept-language'));
    const { problem, firms, ...rest } = report;
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
      firms: firms.map(({ firm: { slug, name }, ...share }) => ({ slug, name, ...share })),
      errors: [...whole, ...listed].slice(0, ERRORS_FIRST),
    };
  },
});

function charsetOf(content_type: string | null): string | null {
  return /charset=["']?([\w-]+)/i.exec(content_type ?? '')?.[1] ?? null;
}

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

/** An entry with the sentence of its problem. */
function said(entry: ListedImport, language: Language) {
  return { ...entry, problem: entry.problem && problemText(entry.problem, language) };
}

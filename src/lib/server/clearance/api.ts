import { z } from 'zod';
import { stringify } from 'csv-stringify/sync';
import { formatOfMediaType, MEDIA_TYPES } from '#lib/domain/clearance/file-format.ts';
import { negotiateLanguage } from '#lib/i18n/text.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { chunksOf } from '#lib/server/http/body.ts';
import { mediaType, operation } from '#lib/server/http/operation.ts';
import { refuse } from '#lib/server/http/problem.ts';
import { importClearance } from './import.ts';
import { firstProblems, rejectedRows } from './import-problems.ts';
import { problemText } from './problem-text.ts';

const ERRORS_FIRST = 100;
const ERROR_ROWS_MAX = 100_000;

const uuid = z.uuid({ error: 'is not an id' });

const import_report = z.object({
  import_id: z.string(),
  received: z.number(),
  accepted: z.number(),
  corrected: z.number(),
  duplicates: z.number(),
  rejected: z.number(),
  warnings: z.number(),
  errors: z.array(
    z.object({ line: z.number(), field: z.string().nullable(), code: z.string(), message: z.string() }),
  ),
});

export const postImport = operation({
  method: 'post',
  path: '/clearance/imports',
  tag: 'Clearance',
  summary: 'Import clearance records',
  description:
    'A CSV, XLSX, NDJSON or JSON file of any size, streamed. Good rows are stored, bad ones listed with every reason; the same file again changes nothing.',
  access: { scope: 'clearance:write', side: 'firm' },
  query: z.object({ file_name: z.string().max(300).optional(), charset: z.string().max(40).optional() }),
  raw_body: {
    media_types: MEDIA_TYPES,
    description: 'The file. The charset is detected unless Content-Type names it.',
  },
  response: { description: 'What became of the rows.', schema: import_report },
  run: async ({ app, actor, firm, query, request }) => {
    if (!firm) refuse(403, 'Records belong to a firm.');
    const charset =
      query.charset ?? /charset=["']?([\w-]+)/i.exec(request.headers.get('content-type') ?? '')?.[1] ?? null;
    const report = await importClearance(app, {
      firm,
      actor_id: actor.id,
      format: formatOfMediaType(mediaType(request)) ?? 'csv',
      charset,
      is_gzip: request.headers.get('content-encoding') === 'gzip',
      file_name: query.file_name ?? null,
      bytes: chunksOf(request),
    });
    const language = negotiateLanguage(request.headers.get('accept-language'));
    const { problem, ...counts } = report;
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
    return { ...counts, errors: [...whole, ...listed].slice(0, ERRORS_FIRST) };
  },
});

export const getImport = operation({
  method: 'get',
  path: '/clearance/imports/{id}',
  tag: 'Clearance',
  summary: 'State and progress of an import',
  access: { scope: 'clearance:read', side: 'firm' },
  params: z.object({ id: uuid }),
  response: {
    description: 'The import.',
    schema: import_report.omit({ errors: true }).extend({ state: z.string() }),
  },
  run: async ({ app, firm, params }) => {
    if (!firm) refuse(403, 'Records belong to a firm.');
    const found = await inFirm(app.db, firm.id, (tx) =>
      tx
        .selectFrom('clearance_import')
        .select([
          'id as import_id',
          'state',
          'file_name',
          'format',
          'charset',
          'received',
          'accepted',
          'corrected',
          'duplicates',
          'rejected',
          'warnings',
          'started_at',
          'finished_at',
        ])
        .where('id', '=', params.id)
        .executeTakeFirst(),
    );
    return found ?? refuse(404, 'There is no such import.');
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
    const found = await inFirm(app.db, firm.id, async (tx) => {
      const header = await tx
        .selectFrom('clearance_import')
        .select('header')
        .where('id', '=', params.id)
        .executeTakeFirst();
      return (
        header && {
          header: header.header,
          rows: await rejectedRows(tx, params.id, { limit: ERROR_ROWS_MAX }),
        }
      );
    });
    if (!found) refuse(404, 'There is no such import.');
    const lines = found.rows.map(({ line, cells, problems }) => [
      ...cells,
      String(line),
      problems.map((problem) => problemText(problem, language)).join(' '),
    ]);
    // Cells that a spreadsheet would run as a formula come with an apostrophe before them.
    const text = stringify([[...found.header, 'line', 'reasons'], ...lines], {
      bom: true,
      escape_formulas: true,
    });
    return new Response(text, {
      headers: {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="rejected-rows.csv"`,
        'cache-control': 'private, no-store',
      },
    });
  },
});

import { z } from 'zod';
import { MEDIA_TYPES, formatOfMediaType } from '#lib/domain/tables/file-format.ts';
import { REPORT_STATES } from '#lib/domain/eligibility/test-report.ts';
import { negotiateLanguage } from '#lib/i18n/text.ts';
import { asOwner } from '#lib/server/db/tenancy.ts';
import { SHEET_FORMATS } from '#lib/server/exports/sheet.ts';
import { sheetResponse, XLSX_MEDIA_TYPE } from '#lib/server/exports/sheet-response.ts';
import { chunksOf } from '#lib/server/http/body.ts';
import { mediaType, operation } from '#lib/server/http/operation.ts';
import { refuse } from '#lib/server/http/problem.ts';
import { fileProblemText } from '#lib/server/tables/problem-text.ts';
import type { SourceFile } from '#lib/server/tables/source.ts';
import { importLabs, importMaterials, importTerms } from './import-others.ts';
import { importProducts } from './import-products.ts';
import { requireGlossaryKeeper } from './glossary-api.ts';
import { errorLines, rejectedIntake, type IntakeReport } from './intake-report.ts';
import { intakeTemplate, TEMPLATE_KINDS } from './intake-template.ts';
import { LAB_WRITE, requireKeeper } from './labs-api.ts';
import { firmOf, READ, WRITE } from './portfolio-api.ts';
import { authorOf } from './portfolio-change.ts';

const ERRORS_FIRST = 100;

const query = {
  file_name: z.string().max(300).optional(),
  charset: z.string().max(40).optional(),
  sheet: z.string().max(100).optional().describe('Of a workbook: the sheet to read.'),
};
const raw_body = {
  media_types: MEDIA_TYPES,
  description: 'The file. The charset is detected unless Content-Type names it.',
};
const answer = z.object({
  import_id: z.string(),
  received: z.number(),
  accepted: z.number(),
  unchanged: z.number().describe('Rows that say what is there already.'),
  rejected: z.number(),
  errors: z.array(
    z.object({ line: z.number(), field: z.string().nullable(), code: z.string(), message: z.string() }),
  ),
});

export const postProductImport = operation({
  method: 'post',
  path: '/products/imports',
  tag: 'Eligibility',
  summary: 'Load products with their reports from a file',
  description:
    'CSV, XLSX, NDJSON or JSON. A row is a product with its report: a column named by a clause (4.8) holds the verdict on it, or each test has a row of its own. Good rows land, bad ones are listed with every reason; the same file again changes nothing.',
  access: WRITE,
  query: z.object({
    ...query,
    state: z
      .enum(REPORT_STATES)
      .default('confirmed')
      .describe('`draft`: a person confirms each report before anything is decided on it.'),
  }),
  raw_body,
  response: { description: 'What became of the rows.', schema: answer },
  run: async ({ app, actor, firm, query: asked, request }) => {
    const author = authorOf(firmOf(firm).id, actor);
    const file = { ...fileOf(request, asked), state: asked.state };
    return answered(await importProducts(app, author, file), request);
  },
});

export const postMaterialImport = operation({
  method: 'post',
  path: '/materials/imports',
  tag: 'Eligibility',
  summary: 'Load declarations of materials from a file',
  access: WRITE,
  query: z.object(query),
  raw_body,
  response: { description: 'What became of the rows.', schema: answer },
  run: async ({ app, actor, firm, query: asked, request }) => {
    const author = authorOf(firmOf(firm).id, actor);
    return answered(await importMaterials(app, author, fileOf(request, asked)), request);
  },
});

export const postLabImport = operation({
  method: 'post',
  path: '/labs/imports',
  tag: 'Eligibility',
  summary: 'Load a register of laboratories from a file',
  description:
    'A row is a laboratory; its scope is a list such as `GB 31701-2026: 4.8, 4.11; GB 6675.2-2014`.',
  access: LAB_WRITE,
  query: z.object(query),
  raw_body,
  response: { description: 'What became of the rows.', schema: answer },
  run: async ({ app, actor, query: asked, request }) => {
    requireKeeper(actor);
    const by = { actor_id: actor.id, actor_name: actor.name.slice(0, 200) || actor.kind };
    return answered(await importLabs(app, by, fileOf(request, asked)), request);
  },
});

export const postGlossaryImport = operation({
  method: 'post',
  path: '/glossary/imports',
  tag: 'Eligibility',
  summary: 'Load terms of the glossary from a file',
  description: 'A row is a term; one that has its kind and Chinese already is replaced.',
  access: LAB_WRITE,
  query: z.object(query),
  raw_body,
  response: { description: 'What became of the rows.', schema: answer },
  run: async ({ app, actor, query: asked, request }) => {
    requireGlossaryKeeper(actor);
    return answered(await importTerms(app, { actor_id: actor.id }, fileOf(request, asked)), request);
  },
});

const format = z.enum(SHEET_FORMATS);

export const getRejectedRows = operation({
  method: 'get',
  path: '/portfolio-imports/{id}/errors.{format}',
  tag: 'Eligibility',
  summary: 'Rejected rows of such a file, to mend and load again',
  access: { ...READ, side: 'either', operator_scope: LAB_WRITE.operator_scope },
  params: z.object({ id: z.uuid(), format }),
  response: { description: 'The rows as they came, with line and reasons.', media_type: XLSX_MEDIA_TYPE },
  run: async ({ app, firm, params, request, request_id }) => {
    const language = negotiateLanguage(request.headers.get('accept-language'));
    const sheet = await asOwner(app.db, firm?.id ?? null, (tx) => rejectedIntake(tx, params.id, language));
    if (!sheet) refuse(404, 'There is no such import.');
    return sheetResponse(sheet, {
      file_name: 'rejected-rows',
      format: params.format,
      language,
      request_id,
      log: app.log,
    });
  },
});

export const getTemplate = operation({
  method: 'get',
  path: '/portfolio-templates/{kind}.{format}',
  tag: 'Eligibility',
  summary: 'An empty file with the columns and an example',
  access: { ...READ, side: 'either', operator_scope: LAB_WRITE.operator_scope },
  params: z.object({ kind: z.enum(TEMPLATE_KINDS), format }),
  response: { description: 'The file.', media_type: XLSX_MEDIA_TYPE },
  run: async ({ app, params, request, request_id }) => {
    const language = negotiateLanguage(request.headers.get('accept-language'));
    return Promise.resolve(
      sheetResponse(intakeTemplate(params.kind, language), {
        file_name: `greenlane-${params.kind}`,
        format: params.format,
        language,
        request_id,
        log: app.log,
      }),
    );
  },
});

function fileOf(
  request: Request,
  { charset, sheet, file_name }: { charset?: string; sheet?: string; file_name?: string },
): SourceFile & { file_name: string | null } {
  const named = /charset=["']?([\w-]+)/i.exec(request.headers.get('content-type') ?? '')?.[1];
  return {
    format: formatOfMediaType(mediaType(request)) ?? 'csv',
    charset: charset ?? named ?? null,
    is_gzip: request.headers.get('content-encoding') === 'gzip',
    sheet: sheet ?? null,
    bytes: chunksOf(request),
    file_name: file_name ?? null,
  };
}

function answered({ rejected_rows, problem, ...counts }: IntakeReport, request: Request) {
  const language = negotiateLanguage(request.headers.get('accept-language'));
  if (problem && counts.received === 0) {
    const message = fileProblemText(problem, language);
    refuse(422, message, [{ code: problem.code, message }]);
  }
  const whole = problem
    ? [
        {
          line: counts.received,
          field: null,
          code: problem.code,
          message: fileProblemText(problem, language),
        },
      ]
    : [];
  return {
    ...counts,
    errors: [...whole, ...errorLines(rejected_rows, language, ERRORS_FIRST)].slice(0, ERRORS_FIRST),
  };
}

import { z } from 'zod';
import { REPORT_STATES, reportContent, type ReportContent } from '#lib/domain/eligibility/test-report.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { operation } from '#lib/server/http/operation.ts';
import { pageFields, pageSchema } from '#lib/server/http/page.ts';
import { refuse } from '#lib/server/http/problem.ts';
import { errorsOf, predicateOf } from '#lib/server/http/sentences.ts';
import { firmOf, ID, READ, revision, stored, times, UPDATED_KEY, valueOf, WRITE } from './portfolio-api.ts';
import { authorOf } from './portfolio-change.ts';
import type { Report } from './report-rows.ts';
import { changeReport, createReport, deleteReport, listReports, storedReport } from './reports.ts';

const report = z.looseObject({
  ...stored,
  product_id: z.string().nullable(),
  product_code: z.string().nullable(),
  state: z.enum(REPORT_STATES),
  report_no: z.string(),
  lab: z.looseObject({
    cnas_id: z.string().nullable(),
    name: z.string().nullable(),
    site: z.string().nullable(),
  }),
  issued_on: z.string().nullable(),
  tested_from: z.string().nullable(),
  tested_to: z.string().nullable(),
  standard: z.string().nullable(),
  scope: z.string().nullable(),
  replaces: z.string().nullable(),
  replaced_by: z.string().nullable().describe('The number of a confirmed report that takes its place.'),
  items: z.array(z.looseObject({ clause: z.string().nullable(), verdict: z.string() })),
  documents: z.array(z.object({ document_id: z.string(), role: z.string() })),
  confirmed_at: z.iso.datetime().nullable(),
});

const state = z
  .enum(REPORT_STATES)
  .describe('`confirmed`: you stand for what is said. Nothing is decided on a draft.');
const product_id = z.uuid().nullable();
const fields = reportContent.shape;
const newReport = reportContent
  .safeExtend({
    product_id: product_id.default(null),
    state: state.default('confirmed'),
  })
  .meta({
    example: {
      report_no: 'NB-2026-001',
      lab: { cnas_id: 'CNAS L1234' },
      issued_on: '2026-08-01',
      standard: 'GB 31701-2026',
      items: [
        { clause: '4.8', verdict: 'pass', result: '0.34', limit: '≥ 0.30', unit: 'N·m', accredited: true },
      ],
    },
  });
const changeable = Object.keys(fields);
/** What is not sent stays; what is sent is checked together with what stays, by the schema of a new report. */
const patch = z
  .looseObject({ product_id: product_id.optional(), state: state.optional(), revision })
  .describe(`Any of ${changeable.join(', ')}, as in a new report.`);

export const getReports = operation({
  method: 'get',
  path: '/reports',
  tag: 'Eligibility',
  summary: 'Test reports of the firm',
  access: READ,
  query: z.object({
    ...pageFields(UPDATED_KEY),
    q: z.string().trim().min(1).max(200).optional().describe('Part of a number, product or model.'),
    state: z.enum(REPORT_STATES).optional(),
    product_id: z.uuid().optional(),
  }),
  response: { description: 'Reports, the last changed first.', schema: pageSchema(report) },
  run: async ({ app, firm, query }) => {
    const { limit, cursor, q, state: wanted, product_id: product } = query;
    const asked = {
      limit,
      after: cursor ?? null,
      q: q ?? null,
      state: wanted ?? null,
      product_id: product ?? null,
    };
    const page = await inFirm(app.db, firmOf(firm).id, (tx) => listReports(tx, asked));
    return { ...page, items: page.items.map(answered) };
  },
});

export const getReport = operation({
  method: 'get',
  path: '/reports/{id}',
  tag: 'Eligibility',
  summary: 'A test report',
  access: READ,
  params: ID,
  response: { description: 'The report.', schema: report },
  run: async ({ app, firm, params }) => {
    const found = await inFirm(app.db, firmOf(firm).id, (tx) => storedReport(tx, params.id));
    return found ? answered(found) : refuse(404, 'There is no such report.');
  },
});

export const postReport = operation({
  method: 'post',
  path: '/reports',
  tag: 'Eligibility',
  summary: 'Register a test report',
  description:
    'Afterwards a decision needs only its id. An amended report has a number of its own and names the one that it replaces.',
  access: WRITE,
  is_idempotent: true,
  body: newReport,
  response: { status: 201, description: 'The report.', schema: report },
  run: async ({ app, actor, firm, body }) => {
    const { id } = firmOf(firm);
    const { product_id: product, state: wanted, ...content } = body;
    const given = { content, product_id: product, state: wanted, origin: 'api' as const };
    return answered(valueOf(await inFirm(app.db, id, (tx) => createReport(tx, authorOf(id, actor), given))));
  },
});

export const patchReport = operation({
  method: 'patch',
  path: '/reports/{id}',
  tag: 'Eligibility',
  summary: 'Change or confirm a test report',
  description: 'What is not sent stays; a list that is sent replaces the whole list.',
  access: WRITE,
  params: ID,
  body: patch,
  response: { description: 'The report.', schema: report },
  run: async ({ app, actor, firm, params, body }) => {
    const { id: firm_id } = firmOf(firm);
    const { product_id: product, state: wanted, revision: begun, ...change } = body;
    return inFirm(app.db, firm_id, async (tx) => {
      const current = await storedReport(tx, params.id);
      if (!current) refuse(404, 'There is no such report.');
      const changed = await changeReport(tx, authorOf(firm_id, actor), {
        id: params.id,
        revision: begun,
        content: merged(current, change),
        product_id: product === undefined ? current.product_id : product,
        state: wanted ?? current.state,
      });
      return answered(valueOf(changed));
    });
  },
});

export const deleteReportOperation = operation({
  method: 'delete',
  path: '/reports/{id}',
  tag: 'Eligibility',
  summary: 'Delete a test report',
  access: WRITE,
  params: ID,
  response: { status: 204, description: 'It is gone; its history and past decisions stay.' },
  run: async ({ app, actor, firm, params }) => {
    const { id } = firmOf(firm);
    valueOf(await inFirm(app.db, id, (tx) => deleteReport(tx, authorOf(id, actor), params.id)));
  },
});

function merged(current: Report, change: Record<string, unknown>): ReportContent {
  const unknown = Object.keys(change).find((name) => !changeable.includes(name));
  if (unknown !== undefined)
    refuse(422, `The body cannot be used: ${unknown} is no field of a report.`, [
      { pointer: `/${unknown}`, field: unknown, code: 'unknown', message: 'is no field of a report' },
    ]);
  const parsed = reportContent.safeParse({ ...current, ...change }, { error: predicateOf });
  if (parsed.success) return parsed.data;
  const errors = errorsOf(parsed.error, 'body');
  refuse(422, `The body cannot be used: ${errors[0]?.message ?? 'it is not valid.'}`, errors);
}

function answered(one: Report) {
  return { ...times(one), confirmed_at: one.confirmed_at?.toISOString() ?? null };
}

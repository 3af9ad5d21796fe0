import { error, fail, redirect } from '@sveltejs/kit';
import { isUuid } from '#lib/domain/text/uuid.ts';
import type { Language } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import type { ReportContent } from '#lib/domain/eligibility/test-report.ts';
import { besideOf } from '#lib/server/eligibility/beside.ts';
import { inPortfolio, withProduct } from '#lib/server/eligibility/portfolio.ts';
import { extractProblemText } from '#lib/server/eligibility/extract-api.ts';
import { extractReport } from '#lib/server/eligibility/extract-report.ts';
import { intakeProblemText } from '#lib/server/eligibility/intake-report.ts';
import { changesOf, notDoneText } from '#lib/server/eligibility/portfolio-change.ts';
import { changeReport, createReport, deleteReport, storedReport } from '#lib/server/eligibility/reports.ts';
import { fieldErrors, readerOf, typedFields, writerOf, type Typed } from '../portfolio-page.ts';
import { proposedForm } from '../proposed-form.ts';
import { readReportForm, reportTyped } from '../report-form.ts';
import type { Actions, PageServerLoad } from './$types';

const NEW = 'new';

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const { app, firm, language, may_write } = readerOf(locals);
  const { id } = params;
  if (id === NEW) {
    const product_code = url.searchParams.get('product')?.slice(0, 100) ?? '';
    const typed: Typed = { product_code };
    return { report: null, beside: null, changes: [], may_write, typed };
  }
  const found = isUuid(id)
    ? await inPortfolio(app, firm.id, async (tx) => ({
        report: await storedReport(tx, id),
        changes: await changesOf(tx, id),
      }))
    : null;
  if (!found?.report) error(404, textsOf(language)('portfolio.not_found'));
  const { report, changes } = found;
  const typed: Typed = { ...reportTyped(report, report.product_code), revision: String(report.revision) };
  const beside = await besideOf(app, { firm_id: firm.id, report }, besideAsked(url, language));
  return { report, beside, changes, may_write, typed };
};

export const actions: Actions = {
  save: async ({ locals, params, request }) => {
    const { app, author, firm, language } = writerOf(locals);
    const typed = typedFields(await request.formData());
    const refused = (status: number, errors: Typed, item_errors: Record<number, string> = {}) =>
      fail(status, { typed, errors, item_errors });
    const read = readReportForm(typed, (problem) => intakeProblemText(problem, language));
    if (!read.ok) return refused(400, fieldErrors(read.problems, language), read.items);
    const state = typed.state === 'draft' ? 'draft' : 'confirmed';
    const about = { firm_id: firm.id, product_code: read.product_code };
    const saved = await withProduct(app, about, async (tx, product_id) => {
      if (params.id === NEW)
        return createReport(tx, author, {
          content: { ...read.content, documents: fileOf(typed) },
          product_id,
          state,
          origin: typed.document_id ? 'pdf' : 'form',
        });
      const current = await storedReport(tx, params.id);
      const content: ReportContent = { ...read.content, documents: current?.documents ?? [] };
      const revision = Number(typed.revision) || undefined;
      return changeReport(tx, author, { id: params.id, revision, content, product_id, state });
    });
    if (!saved) {
      const params_of = { value: read.product_code ?? '' };
      const problem = { field: 'product_code', code: 'product_unknown', params: params_of } as const;
      return refused(422, { product_code: intakeProblemText(problem, language) });
    }
    if (!saved.ok) return refused(saved.status, { form: notDoneText(saved, language) });
    redirect(303, `/eligibility/reports/${saved.value.id}`);
  },
  extract: async ({ locals, request }) => {
    const { app, actor, firm, language } = writerOf(locals);
    const given = (await request.formData()).get('file');
    const text = textsOf(language);
    if (!(given instanceof File) || given.size === 0)
      return fail(400, { typed: {}, errors: { form: text('portfolio.load.no_file') }, item_errors: {} });
    const bytes = new Uint8Array(await given.arrayBuffer());
    const found = await extractReport(app, {
      firm_id: firm.id,
      actor_id: actor.id,
      file_name: given.name,
      bytes,
    });
    if (!found.ok)
      return fail(422, { typed: {}, errors: { form: extractProblemText(found, language) }, item_errors: {} });
    return proposedForm(found, (place) => text('portfolio.extract.place', place));
  },
  delete: async ({ locals, params }) => {
    const { app, author, firm } = writerOf(locals);
    // One that is gone already is what was wanted.
    if (isUuid(params.id)) await inPortfolio(app, firm.id, (tx) => deleteReport(tx, author, params.id));
    redirect(303, '/eligibility/reports');
  },
};

/** Beside which language, and which page of the file; what makes no sense is left to the report. */
function besideAsked({ searchParams }: URL, language: Language) {
  const to = searchParams.get('to');
  return {
    to: to === 'en' || to === 'zh' ? to : null,
    readers: language === 'zh-CN' ? 'zh' : 'en',
    page: Number(searchParams.get('page')) || 1,
  } as const;
}

/** The file that a new report was read from. */
function fileOf({ document_id }: Typed): ReportContent['documents'] {
  return document_id && isUuid(document_id) ? [{ document_id, role: 'report' }] : [];
}

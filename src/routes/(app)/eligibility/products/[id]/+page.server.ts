import { error, fail, redirect } from '@sveltejs/kit';
import { isUuid } from '#lib/domain/text/uuid.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { inPortfolio } from '#lib/server/eligibility/portfolio.ts';
import { changesOf, notDoneText } from '#lib/server/eligibility/portfolio-change.ts';
import { changeProduct, deleteProduct, productById } from '#lib/server/eligibility/products.ts';
import { listReports } from '#lib/server/eligibility/reports.ts';
import { categoryChoices } from '#lib/server/reference/category-choices.ts';
import { fieldErrors, readerOf, typedFields, writerOf } from '../portfolio-page.ts';
import { productTyped, readProductForm } from '../product-form.ts';
import type { Actions, PageServerLoad } from './$types';

const REPORTS_MAX = 100;

export const load: PageServerLoad = async ({ locals, params }) => {
  const { app, firm, language, may_write } = readerOf(locals);
  const { id } = params;
  const found = isUuid(id)
    ? await inPortfolio(app, firm.id, async (tx) => ({
        product: await productById(tx, id),
        changes: await changesOf(tx, id),
        reports: await listReports(tx, {
          q: null,
          state: null,
          product_id: id,
          limit: REPORTS_MAX,
          after: null,
        }),
      }))
    : null;
  if (!found?.product) error(404, textsOf(language)('portfolio.not_found'));
  const { product, changes, reports } = found;
  return {
    product,
    changes,
    may_write,
    reports: reports.items.map(({ id: report_id, report_no, state, issued_on, replaced_by }) => ({
      id: report_id,
      report_no,
      state,
      issued_on,
      replaced_by,
    })),
    typed: { ...productTyped(product), revision: String(product.revision) },
    categories: await categoryChoices(app.db, language),
  };
};

export const actions: Actions = {
  save: async ({ locals, params, request }) => {
    const { app, author, firm, language } = writerOf(locals);
    const typed = typedFields(await request.formData());
    const read = readProductForm(typed);
    if (!read.ok)
      return fail(400, { typed, errors: fieldErrors(read.problems, language), remove_error: null });
    const change = { id: params.id, revision: Number(typed.revision) || undefined, content: read.content };
    const saved = await inPortfolio(app, firm.id, (tx) => changeProduct(tx, author, change));
    if (!saved.ok)
      return fail(saved.status, {
        typed,
        errors: { form: notDoneText(saved, language) },
        remove_error: null,
      });
    redirect(303, `/eligibility/products/${params.id}`);
  },
  delete: async ({ locals, params }) => {
    const { app, author, firm, language } = writerOf(locals);
    const gone = await inPortfolio(app, firm.id, (tx) => deleteProduct(tx, author, params.id));
    if (!gone.ok)
      return fail(gone.status, { typed: {}, errors: {}, remove_error: notDoneText(gone, language) });
    redirect(303, '/eligibility/products');
  },
};

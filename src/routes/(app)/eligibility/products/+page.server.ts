import { fail, redirect } from '@sveltejs/kit';
import { inPortfolio } from '#lib/server/eligibility/portfolio.ts';
import { notDoneText } from '#lib/server/eligibility/portfolio-change.ts';
import { createProduct, listProducts } from '#lib/server/eligibility/products.ts';
import { categoryChoices } from '#lib/server/reference/category-choices.ts';
import { fieldErrors, readerOf, typedFields, writerOf } from '../portfolio-page.ts';
import { readProductForm } from './product-form.ts';
import type { Actions, PageServerLoad } from './$types';

const SHOWN_MAX = 200;

export const load: PageServerLoad = async ({ locals, url }) => {
  const { app, firm, language, may_write } = readerOf(locals);
  const q = url.searchParams.get('q')?.trim().slice(0, 200) || null;
  const [page, known] = await Promise.all([
    inPortfolio(app, firm.id, (tx) => listProducts(tx, { q, category: null, limit: SHOWN_MAX, after: null })),
    categoryChoices(app.db, language),
  ]);
  return {
    q,
    may_write,
    products: page.items,
    has_more: page.next_cursor !== null,
    categories: known,
  };
};

export const actions: Actions = {
  default: async ({ locals, request }) => {
    const { app, author, firm, language } = writerOf(locals);
    const typed = typedFields(await request.formData());
    const read = readProductForm(typed);
    if (!read.ok) return fail(400, { typed, errors: fieldErrors(read.problems, language) });
    const made = await inPortfolio(app, firm.id, (tx) => createProduct(tx, author, read.content));
    if (!made.ok) {
      const { field } = made.error;
      return fail(made.status, {
        typed,
        errors: { [field === 'code' ? 'product_code' : (field ?? 'form')]: notDoneText(made, language) },
      });
    }
    redirect(303, `/eligibility/products/${made.value.id}`);
  },
};

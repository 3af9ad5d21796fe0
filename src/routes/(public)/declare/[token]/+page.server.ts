import { error, fail } from '@sveltejs/kit';
import { createMaterialReader, MATERIAL_COLUMNS } from '#lib/domain/eligibility/material-row.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { intakeProblemText } from '#lib/server/eligibility/intake-report.ts';
import { answerRequest, requestOfLink, type OpenRequest } from '#lib/server/eligibility/supplier-requests.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, getClientAddress, setHeaders }) => {
  // The link is a secret: no cache keeps the page, and no other site is told where somebody came from.
  setHeaders({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  const { component, supplier, state, message, expires_at } = await requested(
    locals,
    params.token,
    getClientAddress(),
  );
  return { component, supplier, state, message, expires_at };
};

export const actions: Actions = {
  default: async ({ locals, params, request, getClientAddress }) => {
    const { app, language } = locals;
    const asked = await requested(locals, params.token, getClientAddress());
    const form = await request.formData();
    const typed = Object.fromEntries(
      [...form.entries()].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
    );
    const given: Record<string, string> = {
      ...typed,
      product_code: asked.product_code,
      component: asked.component,
    };
    const { fields } = MATERIAL_COLUMNS;
    const read = createMaterialReader(fields, 0)(fields.map((field) => given[field] ?? ''));
    if (!read.ok) {
      const errors = Object.fromEntries(
        read.problems.map((problem) => [problem.field ?? 'form', intakeProblemText(problem, language)]),
      );
      return fail(400, { typed, errors, kept: false });
    }
    const outcome = await answerRequest(app, asked, read.row.content);
    if (outcome === 'kept') return { typed: {}, errors: {}, kept: true };
    return fail(409, { typed, errors: { form: textsOf(language)('portfolio.declare.closed') }, kept: false });
  },
};

async function requested(
  { app, language }: App.Locals,
  token: string,
  address: string,
): Promise<OpenRequest> {
  const found = await requestOfLink(app, token, address);
  if (found === 'wait') error(429, textsOf(language)('portfolio.declare.wait'));
  if (!found) error(404, textsOf(language)('portfolio.declare.unknown'));
  return found;
}

import { fail, redirect } from '@sveltejs/kit';
import { createMaterialReader, MATERIAL_COLUMNS } from '#lib/domain/eligibility/material-row.ts';
import { heavyMetalText, worstMetal } from '#lib/domain/eligibility/material.ts';
import { inPortfolio } from '#lib/server/eligibility/portfolio.ts';
import { createMaterial, declaredComponents } from '#lib/server/eligibility/materials.ts';
import { askSupplier, supplierRequests } from '#lib/server/eligibility/supplier-requests.ts';
import { fieldErrors, readerOf, typedFields, writerOf } from '../portfolio-page.ts';
import type { Actions, PageServerLoad } from './$types';

/** Long enough for a supplier to ask its own laboratory. */
const LINK_DAYS = 30;

export const load: PageServerLoad = async ({ locals, url }) => {
  const { app, firm, may_write } = readerOf(locals);
  const { components, requests } = await inPortfolio(app, firm.id, async (tx) => ({
    components: await declaredComponents(tx, { product_id: null }),
    requests: await supplierRequests(tx, app.now()),
  }));
  const asked = new Set(
    requests.flatMap(({ state, component_id }) => (state === 'open' ? [component_id] : [])),
  );
  return {
    may_write,
    product_code: url.searchParams.get('product')?.slice(0, 100) ?? '',
    component: url.searchParams.get('component')?.slice(0, 200) ?? '',
    components: components.map(({ declaration, ...row }) => {
      const worst = declaration ? worstMetal(declaration.declares.heavy_metals) : null;
      return {
        ...row,
        is_asked: asked.has(row.component_id),
        declaration: declaration && {
          declared_on: declaration.declared_on,
          declared_by: declaration.declared_by,
          phthalate_basis: declaration.declares.phthalate_free ? declaration.declares.phthalate_basis : null,
          metals: worst && heavyMetalText(worst),
          flame_retardants: declaration.declares.flame_retardants,
        },
      };
    }),
  };
};

export const actions: Actions = {
  ask: async ({ locals, request, url }) => {
    const { app, author, firm, language } = writerOf(locals);
    const { component_id = '', supplier = '' } = typedFields(await request.formData());
    const given = {
      component_id,
      supplier: supplier.slice(0, 200) || '–',
      language,
      message: null,
      days: LINK_DAYS,
    };
    const made = await inPortfolio(app, firm.id, (tx) =>
      askSupplier(tx, author, { ...given, now: app.now() }),
    );
    if (!made) return fail(422, { typed: {}, errors: {}, link: null });
    const link = { url: `${url.origin}/declare/${made.token}`, supplier: given.supplier, days: LINK_DAYS };
    return { typed: {}, errors: {}, link };
  },
  record: async ({ locals, request }) => {
    const { app, author, firm, language } = writerOf(locals);
    const typed = typedFields(await request.formData());
    const { fields } = MATERIAL_COLUMNS;
    const read = createMaterialReader(fields, 0)(fields.map((field) => typed[field] ?? ''));
    if (!read.ok) return fail(400, { typed, errors: fieldErrors(read.problems, language), link: null });
    const { product_code, component, content } = read.row;
    const made = await inPortfolio(app, firm.id, (tx) =>
      createMaterial(tx, author, { about: { product_code, component }, content, origin: 'form' }),
    );
    if (!made.ok) {
      const problem = {
        field: 'component',
        code: 'component_unknown',
        params: { value: component },
      } as const;
      return fail(422, { typed, errors: fieldErrors([problem], language), link: null });
    }
    redirect(303, '/eligibility/materials');
  },
};

import { fail, redirect } from '@sveltejs/kit';
import { createMaterialReader, MATERIAL_COLUMNS } from '#lib/domain/eligibility/material-row.ts';
import { heavyMetalText, worstMetal } from '#lib/domain/eligibility/material.ts';
import { isUuid } from '#lib/domain/text/uuid.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { inPortfolio } from '#lib/server/eligibility/portfolio.ts';
import {
  countComponents,
  createMaterial,
  declaredComponents,
  deleteMaterial,
} from '#lib/server/eligibility/materials.ts';
import { askSupplier, revokeRequest, supplierRequests } from '#lib/server/eligibility/supplier-requests.ts';
import { showOnce, takeOnce } from '#lib/server/http/shown-once.ts';
import { fieldErrors, readerOf, typedFields, writerOf } from '../portfolio-page.ts';
import { PAGE_ROWS, pageAddress, pageWithin } from './page-within.ts';
import type { Actions, PageServerLoad } from './$types';

/** Long enough for a supplier to ask its own laboratory. */
const LINK_DAYS = 30;

const PATH = '/eligibility/materials';

export const load: PageServerLoad = async ({ locals, url, cookies }) => {
  const { app, firm, may_write } = readerOf(locals);
  const { count, page, components, requests } = await inPortfolio(app, firm.id, async (tx) => {
    const count = await countComponents(tx);
    const page = pageWithin(url, count.all);
    return {
      count,
      page,
      components: await declaredComponents(tx, { limit: PAGE_ROWS, offset: page.offset }),
      requests: await supplierRequests(tx, app.now()),
    };
  });
  const asked = new Set(
    requests.flatMap(({ state, component_id }) => (state === 'open' ? [component_id] : [])),
  );
  const live = requests.filter(({ state }) => state === 'open' || state === 'answered');
  return {
    count,
    page,
    may_write,
    made: takeOnce(cookies, PATH),
    links: live.map(({ state, id, component, product_code, supplier, expires_at }) => {
      return { id, component, product_code, supplier, expires_at, is_answered: state === 'answered' };
    }),
    product_code: url.searchParams.get('product')?.slice(0, 100) ?? '',
    component: url.searchParams.get('component')?.slice(0, 200) ?? '',
    components: components.map(({ declaration, ...row }) => {
      const worst = declaration ? worstMetal(declaration.declares.heavy_metals) : null;
      return {
        ...row,
        is_asked: asked.has(row.component_id),
        declaration: declaration && {
          id: declaration.id,
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
  ask: async ({ locals, request, url, cookies }) => {
    const { app, author, firm, language } = writerOf(locals);
    const { component_id = '', supplier = '' } = typedFields(await request.formData());
    const given = {
      component_id,
      supplier: supplier.slice(0, 200) || textsOf(language)('portfolio.ask.supplier'),
      language,
      message: null,
      days: LINK_DAYS,
    };
    const made =
      isUuid(component_id) &&
      (await inPortfolio(app, firm.id, (tx) => askSupplier(tx, author, { ...given, now: app.now() })));
    if (!made) {
      const form = textsOf(language)('portfolio.refused.no_component');
      return fail(422, { typed: {}, errors: { form } });
    }
    // Behind a redirect, so that loading the page again makes no second link.
    const link = `${url.origin}/declare/${made.token}`;
    showOnce(cookies, PATH, { url: link, supplier: given.supplier, days: String(LINK_DAYS) });
    redirect(303, pageAddress(url));
  },
  revoke: async ({ locals, request, url }) => {
    const { app, firm } = writerOf(locals);
    const { id = '' } = typedFields(await request.formData());
    // A link that is dead already is what was wanted.
    if (isUuid(id)) await inPortfolio(app, firm.id, (tx) => revokeRequest(tx, id, app.now()));
    redirect(303, pageAddress(url));
  },
  remove: async ({ locals, request, url }) => {
    const { app, author, firm } = writerOf(locals);
    const { id = '' } = typedFields(await request.formData());
    if (isUuid(id)) await inPortfolio(app, firm.id, (tx) => deleteMaterial(tx, author, id));
    redirect(303, pageAddress(url));
  },
  record: async ({ locals, request, url }) => {
    const { app, author, firm, language } = writerOf(locals);
    const typed = typedFields(await request.formData());
    const { fields } = MATERIAL_COLUMNS;
    const read = createMaterialReader(fields, 0)(fields.map((field) => typed[field] ?? ''));
    if (!read.ok) return fail(400, { typed, errors: fieldErrors(read.problems, language) });
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
      return fail(422, { typed, errors: fieldErrors([problem], language) });
    }
    redirect(303, pageAddress(url));
  },
};

import { z } from 'zod';
import { materialContent } from '#lib/domain/eligibility/material.ts';
import { COMPONENT_USES } from '#lib/domain/eligibility/product.ts';
import { dayInChina } from '#lib/domain/text/calendar-day.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { operation } from '#lib/server/http/operation.ts';
import { pageFields, pageSchema } from '#lib/server/http/page.ts';
import { refuse } from '#lib/server/http/problem.ts';
import {
  changeMaterial,
  createMaterial,
  declaredComponents,
  deleteMaterial,
  listMaterials,
  materialById,
  type ComponentRef,
} from './materials.ts';
import { firmOf, ID, READ, revision, stored, times, UPDATED_KEY, valueOf, WRITE } from './portfolio-api.ts';
import { authorOf } from './portfolio-change.ts';

const material = z.looseObject({
  ...stored,
  product_id: z.string(),
  product_code: z.string(),
  component_id: z.string(),
  component: z.string(),
  material: z.string(),
  declared_by: z.string(),
  declared_on: z.string(),
  declares: z.looseObject({
    phthalate_free: z.boolean().nullable(),
    phthalate_basis: z.string().nullable(),
    heavy_metals: z.array(z.looseObject({ substance: z.string() })),
    flame_retardants: z.string().nullable(),
  }),
});

const fields = materialContent.shape;
const newMaterial = z
  .object({
    ...fields,
    material: fields.material
      .optional()
      .describe('Unless said, that of the component, or the component itself.'),
    declared_by: fields.declared_by.optional().describe('Unless said, whoever sends it.'),
    declared_on: fields.declared_on.optional().describe('Unless said, today in China.'),
    component_id: z.uuid().optional(),
    product_id: z.uuid().optional(),
    product_code: z.string().max(100).optional(),
    component: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .optional()
      .describe('Its name, with product_id or product_code.'),
  })
  .refine(
    ({ component_id, product_id, product_code, component }) =>
      component_id !== undefined || (component !== undefined && (product_id ?? product_code) !== undefined),
    {
      path: ['component'],
      error: 'is missing: send component_id, or component with product_id or product_code',
    },
  )
  // Not `examples`: zod leaves those out where the input is transformed.
  .meta({
    example: {
      product_code: 'CRIB-01',
      component: 'Rail cover',
      material: 'Silicone',
      declared_by: 'Sample Silicone Works',
      declared_on: '2026-08-01',
      declares: { phthalate_free: true, heavy_metals_ppm: '< 10 ppm', flame_retardants: 'none' },
    },
  });

export const getMaterials = operation({
  method: 'get',
  path: '/materials',
  tag: 'Eligibility',
  summary: 'Declarations of materials',
  access: READ,
  query: z.object({ ...pageFields(UPDATED_KEY), product_id: z.uuid().optional() }),
  response: { description: 'Declarations, the last changed first.', schema: pageSchema(material) },
  run: async ({ app, firm, query }) => {
    const { limit, cursor, product_id } = query;
    const asked = { limit, after: cursor ?? null, product_id: product_id ?? null };
    const page = await inFirm(app.db, firmOf(firm).id, (tx) => listMaterials(tx, asked));
    return { ...page, items: page.items.map(times) };
  },
});

export const getMissingMaterials = operation({
  method: 'get',
  path: '/materials/missing',
  tag: 'Eligibility',
  summary: 'Components without a declaration, and what they hold up',
  description: 'Teething items and sleep products first.',
  access: READ,
  response: {
    description: 'Components, the most pressing first.',
    schema: z.object({
      items: z.array(
        z.looseObject({
          component_id: z.string(),
          component: z.string(),
          use: z.enum(COMPONENT_USES),
          product_id: z.string(),
          product_code: z.string(),
          supplier: z.string().nullable(),
        }),
      ),
    }),
  },
  run: async ({ app, firm }) => {
    const all = await inFirm(app.db, firmOf(firm).id, (tx) => declaredComponents(tx));
    const missing = all.filter(({ declaration }) => declaration === null);
    return { items: missing.map(({ declaration: _, ...component }) => component) };
  },
});

export const getMaterial = operation({
  method: 'get',
  path: '/materials/{id}',
  tag: 'Eligibility',
  summary: 'A declaration of a material',
  access: READ,
  params: ID,
  response: { description: 'The declaration.', schema: material },
  run: async ({ app, firm, params }) => {
    const found = await inFirm(app.db, firmOf(firm).id, (tx) => materialById(tx, params.id));
    return found ? times(found) : refuse(404, 'There is no such declaration.');
  },
});

export const postMaterial = operation({
  method: 'post',
  path: '/materials',
  tag: 'Eligibility',
  summary: 'Record a declaration of a material',
  access: WRITE,
  is_idempotent: true,
  body: newMaterial,
  response: { status: 201, description: 'The declaration.', schema: material },
  run: async ({ app, actor, firm, body }) => {
    const { id } = firmOf(firm);
    const { component_id, product_id, product_code, component = '', ...given } = body;
    const about: ComponentRef = component_id
      ? { component_id }
      : product_id
        ? { product_id, component }
        : { product_code: product_code ?? '', component };
    const content = {
      ...given,
      material: given.material ?? (component || '–'),
      declared_by: given.declared_by ?? actor.name.slice(0, 200),
      declared_on: given.declared_on ?? dayInChina(app.now()),
    };
    const made = await inFirm(app.db, id, (tx) =>
      createMaterial(tx, authorOf(id, actor), { about, content, origin: 'api' }),
    );
    return times(valueOf(made));
  },
});

export const patchMaterial = operation({
  method: 'patch',
  path: '/materials/{id}',
  tag: 'Eligibility',
  summary: 'Correct a declaration of a material',
  description: 'What is not sent stays; `declares` is sent whole. A new declaration is a POST.',
  access: WRITE,
  params: ID,
  body: z
    .strictObject({
      material: fields.material,
      declared_by: fields.declared_by,
      declared_on: fields.declared_on,
      declares: fields.declares,
      document_id: z.uuid().nullable(),
      note: z.string().trim().min(1).max(1000).nullable(),
    })
    .partial()
    .extend({ revision }),
  response: { description: 'The declaration.', schema: material },
  run: async ({ app, actor, firm, params, body }) => {
    const { id: firm_id } = firmOf(firm);
    const { revision: begun, ...change } = body;
    return inFirm(app.db, firm_id, async (tx) => {
      const current = await materialById(tx, params.id);
      if (!current) refuse(404, 'There is no such declaration.');
      const {
        material: what,
        declared_by,
        declared_on,
        declares,
        document_id,
        note,
      } = { ...current, ...change };
      const content = { material: what, declared_by, declared_on, declares, document_id, note };
      const changed = await changeMaterial(tx, authorOf(firm_id, actor), {
        id: params.id,
        revision: begun,
        content,
      });
      return times(valueOf(changed));
    });
  },
});

export const deleteMaterialOperation = operation({
  method: 'delete',
  path: '/materials/{id}',
  tag: 'Eligibility',
  summary: 'Delete a declaration of a material',
  access: WRITE,
  params: ID,
  response: { status: 204, description: 'It is gone; its history stays.' },
  run: async ({ app, actor, firm, params }) => {
    const { id } = firmOf(firm);
    valueOf(await inFirm(app.db, id, (tx) => deleteMaterial(tx, authorOf(id, actor), params.id)));
  },
});

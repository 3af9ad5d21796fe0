import { z } from 'zod';
import {
  COMPONENT_USES,
  componentSchema,
  gtin,
  hsCode,
  productContent,
} from '#lib/domain/eligibility/product.ts';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { operation } from '#lib/server/http/operation.ts';
import { pageFields, pageSchema } from '#lib/server/http/page.ts';
import { refuse } from '#lib/server/http/problem.ts';
import { firmOf, ID, READ, revision, stored, times, UPDATED_KEY, valueOf, WRITE } from './portfolio-api.ts';
import { authorOf } from './portfolio-change.ts';
import { changeProduct, createProduct, deleteProduct, listProducts, productById } from './products.ts';

const product = z.looseObject({
  ...stored,
  code: z.string(),
  name: z.string(),
  name_zh: z.string().nullable(),
  category: z.string().nullable(),
  hs_codes: z.array(z.string()),
  gtin: z.string().nullable(),
  model: z.string().nullable(),
  origin_province: z.string().nullable(),
  suppliers: z.array(z.string()),
  components: z.array(
    z.looseObject({
      id: z.string(),
      name: z.string(),
      use: z.enum(COMPONENT_USES),
      material: z.string().nullable(),
      supplier: z.string().nullable(),
    }),
  ),
  reports: z.number().describe('How many test reports it has.'),
});

const fields = productContent.shape;
/** A program may know an article by its model or GTIN alone, and by one HS code. */
const newProduct = z
  .object({
    ...fields,
    code: fields.code.optional(),
    name: fields.name.optional(),
    hs_code: hsCode.nullish().describe('The same as a list of one.'),
  })
  .meta({
    example: {
      code: 'CRIB-01',
      name: 'Crib, beech',
      category: 'crib',
      hs_codes: ['9403509990'],
      gtin: '4006381333931',
      components: [{ name: 'Rail cover', use: 'teething', material: 'Silicone' }],
    },
  });
const patch = z
  .strictObject({
    code: fields.code,
    name: fields.name,
    name_zh: z.string().trim().min(1).max(300).nullable(),
    category: z.string().trim().min(1).max(63).nullable(),
    hs_codes: z.array(hsCode).max(20),
    gtin: gtin.nullable(),
    model: z.string().trim().min(1).max(100).nullable(),
    origin_province: z.string().trim().min(1).max(100).nullable(),
    suppliers: z.array(z.string().trim().min(1).max(200)).max(100),
    components: z.array(componentSchema).max(200).describe('The whole list; known by name.'),
  })
  .partial()
  .extend({ revision });

export const getProducts = operation({
  method: 'get',
  path: '/products',
  tag: 'Eligibility',
  summary: 'Products of the firm',
  access: READ,
  query: z.object({
    ...pageFields(UPDATED_KEY),
    q: z.string().trim().min(1).max(200).optional().describe('Part of a code, name, model or GTIN.'),
    category: z.string().max(63).optional(),
  }),
  response: { description: 'Products, the last changed first.', schema: pageSchema(product) },
  run: async ({ app, firm, query }) => {
    const { limit, cursor, q, category } = query;
    const asked = { limit, after: cursor ?? null, q: q ?? null, category: category ?? null };
    const page = await inFirm(app.db, firmOf(firm).id, (tx) => listProducts(tx, asked));
    return { ...page, items: page.items.map(times) };
  },
});

export const getProduct = operation({
  method: 'get',
  path: '/products/{id}',
  tag: 'Eligibility',
  summary: 'A product',
  access: READ,
  params: ID,
  response: { description: 'The product.', schema: product },
  run: async ({ app, firm, params }) => {
    const found = await inFirm(app.db, firmOf(firm).id, (tx) => productById(tx, params.id));
    return found ? times(found) : refuse(404, 'There is no such product.');
  },
});

export const postProduct = operation({
  method: 'post',
  path: '/products',
  tag: 'Eligibility',
  summary: 'Add a product',
  description: 'Without a code its model or GTIN is its code, without a name its model.',
  access: WRITE,
  is_idempotent: true,
  body: newProduct,
  response: { status: 201, description: 'The product.', schema: product },
  run: async ({ app, actor, firm, body }) => {
    const { id } = firmOf(firm);
    const { hs_code, ...given } = body;
    const code = given.code ?? given.model ?? given.gtin ?? given.name;
    const name = given.name ?? given.model ?? code;
    if (!code || !name)
      refuse(
        422,
        'The body cannot be used: code is missing. A product needs a code, a model, a GTIN or a name.',
        [{ pointer: '/code', field: 'code', code: 'missing', message: 'is missing' }],
      );
    const hs_codes =
      hs_code && !given.hs_codes.includes(hs_code) ? [hs_code, ...given.hs_codes] : given.hs_codes;
    const content = { ...given, code: code.slice(0, 100), name, hs_codes };
    return times(valueOf(await inFirm(app.db, id, (tx) => createProduct(tx, authorOf(id, actor), content))));
  },
});

export const patchProduct = operation({
  method: 'patch',
  path: '/products/{id}',
  tag: 'Eligibility',
  summary: 'Change a product',
  access: WRITE,
  params: ID,
  body: patch,
  response: { description: 'The product.', schema: product },
  run: async ({ app, actor, firm, params, body }) => {
    const { id: firm_id } = firmOf(firm);
    const { revision: begun, ...change } = body;
    return inFirm(app.db, firm_id, async (tx) => {
      const current = await productById(tx, params.id);
      if (!current) refuse(404, 'There is no such product.');
      const content = productContent.parse({ ...current, ...change });
      const changed = await changeProduct(tx, authorOf(firm_id, actor), {
        id: params.id,
        revision: begun,
        content,
      });
      return times(valueOf(changed));
    });
  },
});

export const deleteProductOperation = operation({
  method: 'delete',
  path: '/products/{id}',
  tag: 'Eligibility',
  summary: 'Delete a product',
  description: 'Its reports stay, without a product. One with declarations of materials is refused with 409.',
  access: WRITE,
  params: ID,
  response: { status: 204, description: 'It is gone; its history stays.' },
  run: async ({ app, actor, firm, params }) => {
    const { id } = firmOf(firm);
    valueOf(await inFirm(app.db, id, (tx) => deleteProduct(tx, authorOf(id, actor), params.id)));
  },
});

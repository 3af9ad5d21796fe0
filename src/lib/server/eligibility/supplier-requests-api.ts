import { z } from 'zod';
import { inFirm } from '#lib/server/db/tenancy.ts';
import { operation } from '#lib/server/http/operation.ts';
import { refuse } from '#lib/server/http/problem.ts';
import { firmOf, ID, READ, WRITE } from './portfolio-api.ts';
import { authorOf } from './portfolio-change.ts';
import { askSupplier, REQUEST_DAYS_MAX, revokeRequest, supplierRequests } from './supplier-requests.ts';

const DAYS_DEFAULT = 30;
const request = z.looseObject({
  id: z.string(),
  component: z.string(),
  product_code: z.string(),
  supplier: z.string(),
  state: z.enum(['open', 'answered', 'revoked', 'expired']),
  expires_at: z.iso.datetime(),
});

export const getSupplierRequests = operation({
  method: 'get',
  path: '/supplier-requests',
  tag: 'Eligibility',
  summary: 'What suppliers were asked to declare',
  access: READ,
  response: { description: 'Requests, the newest first.', schema: z.object({ items: z.array(request) }) },
  run: async ({ app, firm }) => {
    const items = await inFirm(app.db, firmOf(firm).id, (tx) => supplierRequests(tx, app.now()));
    return {
      items: items.map(({ created_at, expires_at, answered_at, ...one }) => ({
        ...one,
        created_at: created_at.toISOString(),
        expires_at: expires_at.toISOString(),
        answered_at: answered_at?.toISOString() ?? null,
      })),
    };
  },
});

export const postSupplierRequest = operation({
  method: 'post',
  path: '/supplier-requests',
  tag: 'Eligibility',
  summary: 'Ask a supplier to declare a material, by a link without an account',
  description:
    'The link is shown once. Whoever has it can declare the material of this one component until it expires or is revoked, and sees nothing else.',
  access: WRITE,
  body: z.object({
    component_id: z.uuid(),
    supplier: z.string().trim().min(1).max(200),
    language: z.enum(['en', 'zh-CN']).default('zh-CN'),
    message: z.string().trim().min(1).max(1000).nullable().default(null),
    days: z.int().min(1).max(REQUEST_DAYS_MAX).default(DAYS_DEFAULT).describe('How long the link lives.'),
  }),
  response: {
    status: 201,
    description: 'The request with its link.',
    schema: z.object({ id: z.string(), url: z.string() }),
  },
  run: async ({ app, actor, firm, body, url }) => {
    const { id: firm_id } = firmOf(firm);
    const made = await inFirm(app.db, firm_id, (tx) =>
      askSupplier(tx, authorOf(firm_id, actor), { ...body, now: app.now() }),
    );
    if (!made)
      refuse(422, 'There is no such component.', [
        { pointer: '/component_id', field: 'component_id', code: 'unknown', message: 'is not a component' },
      ]);
    return { id: made.id, url: `${url.origin}/declare/${made.token}` };
  },
});

export const deleteSupplierRequest = operation({
  method: 'delete',
  path: '/supplier-requests/{id}',
  tag: 'Eligibility',
  summary: 'Revoke the link of a request',
  access: WRITE,
  params: ID,
  response: { status: 204, description: 'The link is dead.' },
  run: async ({ app, firm, params }) => {
    const done = await inFirm(app.db, firmOf(firm).id, (tx) => revokeRequest(tx, params.id, app.now()));
    if (!done) refuse(404, 'There is no such request, or it is revoked already.');
  },
});

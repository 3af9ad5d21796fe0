import { getProduct, patchProduct, deleteProductOperation } from '#lib/server/eligibility/products-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getProduct, event);
export const PATCH: RequestHandler = (event) => respond(patchProduct, event);
export const DELETE: RequestHandler = (event) => respond(deleteProductOperation, event);

import { getProducts, postProduct } from '#lib/server/eligibility/products-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getProducts, event);
export const POST: RequestHandler = (event) => respond(postProduct, event);

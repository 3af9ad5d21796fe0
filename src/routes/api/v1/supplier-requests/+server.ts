import { getSupplierRequests, postSupplierRequest } from '#lib/server/eligibility/supplier-requests-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getSupplierRequests, event);
export const POST: RequestHandler = (event) => respond(postSupplierRequest, event);

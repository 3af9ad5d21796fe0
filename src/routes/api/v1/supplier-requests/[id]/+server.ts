import { deleteSupplierRequest } from '#lib/server/eligibility/supplier-requests-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const DELETE: RequestHandler = (event) => respond(deleteSupplierRequest, event);

import { deleteShare, putShare } from '#lib/server/eligibility/decisions-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const PUT: RequestHandler = (event) => respond(putShare, event);
export const DELETE: RequestHandler = (event) => respond(deleteShare, event);

import { getDecisions, postDecisions } from '#lib/server/eligibility/decisions-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getDecisions, event);
export const POST: RequestHandler = (event) => respond(postDecisions, event);

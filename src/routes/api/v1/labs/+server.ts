import { getLabs, postLab } from '#lib/server/eligibility/labs-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getLabs, event);
export const POST: RequestHandler = (event) => respond(postLab, event);

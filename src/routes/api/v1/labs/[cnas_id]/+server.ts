import { getLab, patchLab } from '#lib/server/eligibility/labs-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getLab, event);
export const PATCH: RequestHandler = (event) => respond(patchLab, event);

import { getAlert, patchAlert } from '#lib/server/alerts/alerts-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getAlert, event);
export const PATCH: RequestHandler = (event) => respond(patchAlert, event);

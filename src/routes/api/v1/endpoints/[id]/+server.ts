import { getEndpoint, patchEndpoint, removeEndpoint } from '#lib/server/alerts/endpoints-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getEndpoint, event);
export const PATCH: RequestHandler = (event) => respond(patchEndpoint, event);
export const DELETE: RequestHandler = (event) => respond(removeEndpoint, event);

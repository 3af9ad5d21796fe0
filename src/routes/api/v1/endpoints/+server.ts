import { getEndpoints, postEndpoint } from '#lib/server/alerts/endpoints-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getEndpoints, event);
export const POST: RequestHandler = (event) => respond(postEndpoint, event);

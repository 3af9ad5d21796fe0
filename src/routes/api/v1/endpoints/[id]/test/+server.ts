import { postEndpointTest } from '#lib/server/alerts/endpoints-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = (event) => respond(postEndpointTest, event);

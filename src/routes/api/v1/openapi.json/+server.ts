import { getOpenApi } from '#lib/server/http/operations.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getOpenApi, event);

import type { RequestHandler } from '@sveltejs/kit';
import { respond } from '#lib/server/http/operation.ts';
import { getMapping, putMapping } from '#lib/server/rules/keeping-api.ts';

export const GET: RequestHandler = (event) => respond(getMapping, event);
export const PUT: RequestHandler = (event) => respond(putMapping, event);

import { getSearch, patchSearch, removeSearch } from '#lib/server/alerts/searches/searches-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getSearch, event);
export const PATCH: RequestHandler = (event) => respond(patchSearch, event);
export const DELETE: RequestHandler = (event) => respond(removeSearch, event);

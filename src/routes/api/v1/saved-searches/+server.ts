import { getSearches, postSearch } from '#lib/server/alerts/searches/searches-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getSearches, event);
export const POST: RequestHandler = (event) => respond(postSearch, event);

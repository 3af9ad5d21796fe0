import type { RequestHandler } from '@sveltejs/kit';
import { respond } from '#lib/server/http/operation.ts';
import { getSourceCoverage } from '#lib/server/watch/coverage-api.ts';

export const GET: RequestHandler = (event) => respond(getSourceCoverage, event);

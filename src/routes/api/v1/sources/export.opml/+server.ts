import type { RequestHandler } from '@sveltejs/kit';
import { respond } from '#lib/server/http/operation.ts';
import { getSourcesOpml } from '#lib/server/watch/source-files-api.ts';

export const GET: RequestHandler = (event) => respond(getSourcesOpml, event);

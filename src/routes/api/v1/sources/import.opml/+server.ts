import type { RequestHandler } from '@sveltejs/kit';
import { respond } from '#lib/server/http/operation.ts';
import { postSourcesOpml } from '#lib/server/watch/source-files-api.ts';

export const POST: RequestHandler = (event) => respond(postSourcesOpml, event);

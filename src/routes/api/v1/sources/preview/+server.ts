import type { RequestHandler } from '@sveltejs/kit';
import { respond } from '#lib/server/http/operation.ts';
import { postSourcePreview } from '#lib/server/watch/sources-api.ts';

export const POST: RequestHandler = (event) => respond(postSourcePreview, event);

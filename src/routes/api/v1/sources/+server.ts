import type { RequestHandler } from '@sveltejs/kit';
import { respond } from '#lib/server/http/operation.ts';
import { getSources, postSource } from '#lib/server/watch/sources-api.ts';

export const GET: RequestHandler = (event) => respond(getSources, event);
export const POST: RequestHandler = (event) => respond(postSource, event);

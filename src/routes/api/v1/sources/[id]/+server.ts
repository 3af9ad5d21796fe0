import type { RequestHandler } from '@sveltejs/kit';
import { respond } from '#lib/server/http/operation.ts';
import { getSource, patchSource, deleteSource } from '#lib/server/watch/sources-api.ts';

export const GET: RequestHandler = (event) => respond(getSource, event);
export const PATCH: RequestHandler = (event) => respond(patchSource, event);
export const DELETE: RequestHandler = (event) => respond(deleteSource, event);

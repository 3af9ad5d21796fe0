import type { RequestHandler } from '@sveltejs/kit';
import { respond } from '#lib/server/http/operation.ts';
import { getPendingItem, patchPendingItem } from '#lib/server/watch/pending/pending-api.ts';

export const GET: RequestHandler = (event) => respond(getPendingItem, event);
export const PATCH: RequestHandler = (event) => respond(patchPendingItem, event);

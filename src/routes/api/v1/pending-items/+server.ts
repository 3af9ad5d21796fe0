import type { RequestHandler } from '@sveltejs/kit';
import { respond } from '#lib/server/http/operation.ts';
import { getPendingItems, postPendingItem } from '#lib/server/watch/pending/pending-api.ts';

export const GET: RequestHandler = (event) => respond(getPendingItems, event);
export const POST: RequestHandler = (event) => respond(postPendingItem, event);

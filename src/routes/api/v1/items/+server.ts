import type { RequestHandler } from '@sveltejs/kit';
import { respond } from '#lib/server/http/operation.ts';
import { getItems } from '#lib/server/watch/items/items-api.ts';

export const GET: RequestHandler = (event) => respond(getItems, event);

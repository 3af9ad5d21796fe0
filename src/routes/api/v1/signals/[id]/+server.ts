import type { RequestHandler } from '@sveltejs/kit';
import { respond } from '#lib/server/http/operation.ts';
import { getSignal } from '#lib/server/watch/signals/signals-api.ts';

export const GET: RequestHandler = (event) => respond(getSignal, event);

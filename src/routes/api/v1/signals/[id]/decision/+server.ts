import type { RequestHandler } from '@sveltejs/kit';
import { respond } from '#lib/server/http/operation.ts';
import { postDecision } from '#lib/server/watch/signals/signals-api.ts';

export const POST: RequestHandler = (event) => respond(postDecision, event);

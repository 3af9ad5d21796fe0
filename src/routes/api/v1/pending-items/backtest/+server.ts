import type { RequestHandler } from '@sveltejs/kit';
import { respond } from '#lib/server/http/operation.ts';
import { postBacktest } from '#lib/server/watch/pending/pending-api.ts';

export const POST: RequestHandler = (event) => respond(postBacktest, event);

import type { RequestHandler } from '@sveltejs/kit';
import { respond } from '#lib/server/http/operation.ts';
import { postSplit } from '#lib/server/rules/keeping-api.ts';

export const POST: RequestHandler = (event) => respond(postSplit, event);

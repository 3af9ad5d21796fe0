import type { RequestHandler } from '@sveltejs/kit';
import { respond } from '#lib/server/http/operation.ts';
import { getAkomaNtoso } from '#lib/server/rules/reading-api.ts';

export const GET: RequestHandler = (event) => respond(getAkomaNtoso, event);

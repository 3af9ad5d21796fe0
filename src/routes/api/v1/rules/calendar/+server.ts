import type { RequestHandler } from '@sveltejs/kit';
import { respond } from '#lib/server/http/operation.ts';
import { getCalendar } from '#lib/server/rules/reading-api.ts';

export const GET: RequestHandler = (event) => respond(getCalendar, event);

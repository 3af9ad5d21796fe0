import type { RequestHandler } from '@sveltejs/kit';
import { respond } from '#lib/server/http/operation.ts';
import { getDiff } from '#lib/server/rules/comparing-api.ts';

export const GET: RequestHandler = (event) => respond(getDiff, event);

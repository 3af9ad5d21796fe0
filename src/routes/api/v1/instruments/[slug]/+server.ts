import type { RequestHandler } from '@sveltejs/kit';
import { respond } from '#lib/server/http/operation.ts';
import { getInstrument } from '#lib/server/rules/instruments-api.ts';

export const GET: RequestHandler = (event) => respond(getInstrument, event);

import type { RequestHandler } from '@sveltejs/kit';
import { respond } from '#lib/server/http/operation.ts';
import { getInstruments, postInstrument } from '#lib/server/rules/instruments-api.ts';

export const GET: RequestHandler = (event) => respond(getInstruments, event);
export const POST: RequestHandler = (event) => respond(postInstrument, event);

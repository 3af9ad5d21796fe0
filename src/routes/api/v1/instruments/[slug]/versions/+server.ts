import type { RequestHandler } from '@sveltejs/kit';
import { respond } from '#lib/server/http/operation.ts';
import { getInstrumentVersions, postVersion } from '#lib/server/rules/versions-api.ts';

export const GET: RequestHandler = (event) => respond(getInstrumentVersions, event);
export const POST: RequestHandler = (event) => respond(postVersion, event);

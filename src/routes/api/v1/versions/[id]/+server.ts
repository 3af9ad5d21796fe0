import type { RequestHandler } from '@sveltejs/kit';
import { respond } from '#lib/server/http/operation.ts';
import { getVersion, patchVersion } from '#lib/server/rules/versions-api.ts';

export const GET: RequestHandler = (event) => respond(getVersion, event);
export const PATCH: RequestHandler = (event) => respond(patchVersion, event);

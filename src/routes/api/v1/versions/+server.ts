import type { RequestHandler } from '@sveltejs/kit';
import { respond } from '#lib/server/http/operation.ts';
import { getVersions } from '#lib/server/rules/versions-api.ts';

export const GET: RequestHandler = (event) => respond(getVersions, event);

import { getExclusions } from '#lib/server/alerts/exclusions-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getExclusions, event);

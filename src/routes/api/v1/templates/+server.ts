import { getTemplates } from '#lib/server/alerts/templates-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getTemplates, event);

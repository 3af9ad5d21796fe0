import { putTemplate, removeTemplate } from '#lib/server/alerts/templates-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const PUT: RequestHandler = (event) => respond(putTemplate, event);
export const DELETE: RequestHandler = (event) => respond(removeTemplate, event);

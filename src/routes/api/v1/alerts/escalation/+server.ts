import { getEscalation, putEscalation, removeEscalation } from '#lib/server/alerts/escalation-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getEscalation, event);
export const PUT: RequestHandler = (event) => respond(putEscalation, event);
export const DELETE: RequestHandler = (event) => respond(removeEscalation, event);

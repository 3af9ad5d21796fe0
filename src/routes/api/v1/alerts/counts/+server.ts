import { getAlertCounts } from '#lib/server/alerts/alerts-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getAlertCounts, event);

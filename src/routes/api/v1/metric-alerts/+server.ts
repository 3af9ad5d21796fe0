import type { RequestHandler } from '@sveltejs/kit';
import { getMetricAlerts, postMetricAlert } from '#lib/server/alerts/metric-alerts-api.ts';
import { respond } from '#lib/server/http/operation.ts';

export const GET: RequestHandler = (event) => respond(getMetricAlerts, event);
export const POST: RequestHandler = (event) => respond(postMetricAlert, event);

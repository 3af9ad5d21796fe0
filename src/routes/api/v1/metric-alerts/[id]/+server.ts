import type { RequestHandler } from '@sveltejs/kit';
import { getMetricAlert, patchMetricAlert, removeMetricAlert } from '#lib/server/alerts/metric-alerts-api.ts';
import { respond } from '#lib/server/http/operation.ts';

export const GET: RequestHandler = (event) => respond(getMetricAlert, event);
export const PATCH: RequestHandler = (event) => respond(patchMetricAlert, event);
export const DELETE: RequestHandler = (event) => respond(removeMetricAlert, event);

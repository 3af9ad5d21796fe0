import type { RequestHandler } from '@sveltejs/kit';
import { postMetricDryRun } from '#lib/server/alerts/metric-alerts-api.ts';
import { respond } from '#lib/server/http/operation.ts';

export const POST: RequestHandler = (event) => respond(postMetricDryRun, event);

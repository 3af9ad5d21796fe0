import { getDeliveries } from '#lib/server/alerts/deliveries-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getDeliveries, event);

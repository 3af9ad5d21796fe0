import { getDeliveryHealth } from '#lib/server/alerts/delivery-health-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getDeliveryHealth, event);

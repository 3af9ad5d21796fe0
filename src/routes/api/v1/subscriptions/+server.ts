import { getSubscriptions, postSubscription } from '#lib/server/alerts/subscriptions-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getSubscriptions, event);
export const POST: RequestHandler = (event) => respond(postSubscription, event);

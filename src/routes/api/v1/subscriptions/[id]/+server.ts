import {
  getSubscription,
  patchSubscription,
  removeSubscription,
} from '#lib/server/alerts/subscriptions-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getSubscription, event);
export const PATCH: RequestHandler = (event) => respond(patchSubscription, event);
export const DELETE: RequestHandler = (event) => respond(removeSubscription, event);

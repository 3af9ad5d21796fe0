import { getFeedTokens, postFeedToken } from '#lib/server/alerts/feeds-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getFeedTokens, event);
export const POST: RequestHandler = (event) => respond(postFeedToken, event);

import { getPushBrowsers, postPushBrowser } from '#lib/server/alerts/push-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getPushBrowsers, event);
export const POST: RequestHandler = (event) => respond(postPushBrowser, event);

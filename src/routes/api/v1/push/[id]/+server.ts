import { removePushBrowser } from '#lib/server/alerts/push-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const DELETE: RequestHandler = (event) => respond(removePushBrowser, event);

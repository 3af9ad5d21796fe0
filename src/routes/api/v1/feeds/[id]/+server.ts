import { removeFeedToken } from '#lib/server/alerts/feeds-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const DELETE: RequestHandler = (event) => respond(removeFeedToken, event);

import { answerAlertFeed } from '#lib/server/alerts/feeds.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = ({ locals, params, request, url, getClientAddress }) =>
  answerAlertFeed({
    ...{ app: locals.app, token: params.token, request, url, request_id: locals.request_id },
    client_address: getClientAddress(),
  });

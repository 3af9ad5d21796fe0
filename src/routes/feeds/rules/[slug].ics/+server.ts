import type { RequestHandler } from '@sveltejs/kit';
import { answerRuleCalendar } from '#lib/server/rules/feeds.ts';

export const GET: RequestHandler = ({ locals, params, request, url }) =>
  answerRuleCalendar({
    app: locals.app,
    request_id: locals.request_id,
    instrument: params.slug ?? '',
    request,
    url,
  });

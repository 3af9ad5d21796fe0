import type { RequestHandler } from '@sveltejs/kit';
import { answerRuleFeed } from '#lib/server/rules/feeds.ts';

export const GET: RequestHandler = ({ locals, request, url }) =>
  answerRuleFeed({ app: locals.app, request_id: locals.request_id, instrument: null, request, url });

import type { RequestHandler } from '@sveltejs/kit';
import { answerMetrics } from '#lib/server/http/metrics.ts';

export const GET: RequestHandler = ({ locals, request, getClientAddress }) =>
  answerMetrics({ ...locals, headers: request.headers, client_address: getClientAddress() });

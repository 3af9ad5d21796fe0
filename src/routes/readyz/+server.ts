import type { RequestHandler } from '@sveltejs/kit';
import { answerReadiness } from '#lib/server/http/readiness.ts';

export const GET: RequestHandler = ({ locals }) => answerReadiness(locals.app);

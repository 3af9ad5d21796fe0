import type { RequestHandler } from '@sveltejs/kit';
import { answerHealth } from '#lib/server/http/readiness.ts';

export const GET: RequestHandler = () => answerHealth();

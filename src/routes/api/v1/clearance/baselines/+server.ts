import { getBaselines, postBaseline } from '#lib/server/clearance/baselines-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getBaselines, event);
export const POST: RequestHandler = (event) => respond(postBaseline, event);

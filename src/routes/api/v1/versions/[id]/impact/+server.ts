import type { RequestHandler } from '@sveltejs/kit';
import { getVersionImpact } from '#lib/server/eligibility/impact-api.ts';
import { respond } from '#lib/server/http/operation.ts';

export const GET: RequestHandler = (event) => respond(getVersionImpact, event);

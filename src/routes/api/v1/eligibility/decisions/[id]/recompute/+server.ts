import { postRecompute } from '#lib/server/eligibility/decisions-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = (event) => respond(postRecompute, event);

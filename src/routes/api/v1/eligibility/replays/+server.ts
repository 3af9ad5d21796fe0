import { postReplay } from '#lib/server/eligibility/replay-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = (event) => respond(postReplay, event);

import { getProposals, postExclusion } from '#lib/server/alerts/exclusions-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getProposals, event);
export const POST: RequestHandler = (event) => respond(postExclusion, event);

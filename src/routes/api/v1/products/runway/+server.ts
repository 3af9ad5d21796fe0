import { getRunway } from '#lib/server/eligibility/runway-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getRunway, event);

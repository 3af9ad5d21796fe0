import { getHonesty } from '#lib/server/clearance/hours-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getHonesty, event);

import { getCodes, postCode } from '#lib/server/codes/codes-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getCodes, event);
export const POST: RequestHandler = (event) => respond(postCode, event);

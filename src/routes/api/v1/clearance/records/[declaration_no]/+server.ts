import { respond } from '#lib/server/http/operation.ts';
import { getRecord } from '#lib/server/clearance/records-api.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getRecord, event);

import { respond } from '#lib/server/http/operation.ts';
import { getRecords } from '#lib/server/clearance/records-api.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getRecords, event);

import { getReports, postReport } from '#lib/server/eligibility/reports-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getReports, event);
export const POST: RequestHandler = (event) => respond(postReport, event);

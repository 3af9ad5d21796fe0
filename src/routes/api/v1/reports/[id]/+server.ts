import { getReport, patchReport, deleteReportOperation } from '#lib/server/eligibility/reports-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getReport, event);
export const PATCH: RequestHandler = (event) => respond(patchReport, event);
export const DELETE: RequestHandler = (event) => respond(deleteReportOperation, event);

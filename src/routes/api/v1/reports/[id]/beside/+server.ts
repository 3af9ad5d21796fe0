import { getReportBeside } from '#lib/server/eligibility/glossary-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getReportBeside, event);

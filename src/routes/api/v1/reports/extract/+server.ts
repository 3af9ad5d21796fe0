import { postReportExtract } from '#lib/server/eligibility/extract-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = (event) => respond(postReportExtract, event);

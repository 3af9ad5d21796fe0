import { getImportErrorsWorkbook } from '#lib/server/clearance/imports-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getImportErrorsWorkbook, event);

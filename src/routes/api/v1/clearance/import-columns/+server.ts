import { respond } from '#lib/server/http/operation.ts';
import { putImportColumns } from '#lib/server/clearance/imports-api.ts';
import type { RequestHandler } from './$types';

export const PUT: RequestHandler = (event) => respond(putImportColumns, event);

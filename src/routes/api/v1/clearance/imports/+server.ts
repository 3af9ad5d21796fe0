import { respond } from '#lib/server/http/operation.ts';
import { getImports, postImport } from '#lib/server/clearance/imports-api.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getImports, event);
export const POST: RequestHandler = (event) => respond(postImport, event);

import { postImport } from '#lib/server/clearance/api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = (event) => respond(postImport, event);

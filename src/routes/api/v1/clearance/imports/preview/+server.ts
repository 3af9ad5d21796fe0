import { respond } from '#lib/server/http/operation.ts';
import { postImportPreview } from '#lib/server/clearance/imports-api.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = (event) => respond(postImportPreview, event);

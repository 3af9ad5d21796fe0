import type { RequestHandler } from '@sveltejs/kit';
import { getDocumentContent } from '#lib/server/documents/api.ts';
import { respond } from '#lib/server/http/operation.ts';

export const GET: RequestHandler = (event) => respond(getDocumentContent, event);

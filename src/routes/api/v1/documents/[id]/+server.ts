import type { RequestHandler } from '@sveltejs/kit';
import { getDocument } from '#lib/server/documents/api.ts';
import { respond } from '#lib/server/http/operation.ts';

export const GET: RequestHandler = (event) => respond(getDocument, event);

import type { RequestHandler } from '@sveltejs/kit';
import { postDocument } from '#lib/server/documents/api.ts';
import { respond } from '#lib/server/http/operation.ts';

export const POST: RequestHandler = (event) => respond(postDocument, event);

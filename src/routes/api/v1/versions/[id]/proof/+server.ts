import type { RequestHandler } from '@sveltejs/kit';
import { respond } from '#lib/server/http/operation.ts';
import { getProof } from '#lib/server/rules/reading-api.ts';

export const GET: RequestHandler = (event) => respond(getProof, event);

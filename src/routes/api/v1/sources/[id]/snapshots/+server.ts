import type { RequestHandler } from '@sveltejs/kit';
import { respond } from '#lib/server/http/operation.ts';
import { getSnapshots, postSnapshot } from '#lib/server/watch/snapshots-api.ts';

export const GET: RequestHandler = (event) => respond(getSnapshots, event);
export const POST: RequestHandler = (event) => respond(postSnapshot, event);

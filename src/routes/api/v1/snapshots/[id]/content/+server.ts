import type { RequestHandler } from '@sveltejs/kit';
import { respond } from '#lib/server/http/operation.ts';
import { getSnapshotContent } from '#lib/server/watch/snapshots-api.ts';

export const GET: RequestHandler = (event) => respond(getSnapshotContent, event);

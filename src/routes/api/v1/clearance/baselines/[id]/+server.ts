import { patchBaseline } from '#lib/server/clearance/baselines-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const PATCH: RequestHandler = (event) => respond(patchBaseline, event);

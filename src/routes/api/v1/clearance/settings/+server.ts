import { getClearanceSettings, patchClearanceSettings } from '#lib/server/clearance/settings-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getClearanceSettings, event);
export const PATCH: RequestHandler = (event) => respond(patchClearanceSettings, event);

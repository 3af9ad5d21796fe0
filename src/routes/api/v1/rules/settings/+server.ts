import type { RequestHandler } from '@sveltejs/kit';
import { respond } from '#lib/server/http/operation.ts';
import { getRuleSetting, patchRuleSetting } from '#lib/server/rules/keeping-api.ts';

export const GET: RequestHandler = (event) => respond(getRuleSetting, event);
export const PATCH: RequestHandler = (event) => respond(patchRuleSetting, event);

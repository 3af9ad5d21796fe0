import type { RequestHandler } from '@sveltejs/kit';
import { respond } from '#lib/server/http/operation.ts';
import { postWithdrawal } from '#lib/server/rules/versions-api.ts';

export const POST: RequestHandler = (event) => respond(postWithdrawal, event);

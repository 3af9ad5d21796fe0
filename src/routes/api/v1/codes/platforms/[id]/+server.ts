import { deleteCodePlatform } from '#lib/server/codes/codes-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const DELETE: RequestHandler = (event) => respond(deleteCodePlatform, event);

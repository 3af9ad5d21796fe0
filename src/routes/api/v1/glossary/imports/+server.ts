import { postGlossaryImport } from '#lib/server/eligibility/intake-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = (event) => respond(postGlossaryImport, event);

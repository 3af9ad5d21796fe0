import { postWhatIf } from '#lib/server/eligibility/what-if-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = (event) => respond(postWhatIf, event);

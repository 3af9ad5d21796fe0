import { getMissingMaterials } from '#lib/server/eligibility/materials-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getMissingMaterials, event);

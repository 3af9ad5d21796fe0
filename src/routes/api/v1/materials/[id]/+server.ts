import {
  getMaterial,
  patchMaterial,
  deleteMaterialOperation,
} from '#lib/server/eligibility/materials-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getMaterial, event);
export const PATCH: RequestHandler = (event) => respond(patchMaterial, event);
export const DELETE: RequestHandler = (event) => respond(deleteMaterialOperation, event);

import { deleteGlossaryTerm, putGlossaryTerm } from '#lib/server/eligibility/glossary-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const PUT: RequestHandler = (event) => respond(putGlossaryTerm, event);
export const DELETE: RequestHandler = (event) => respond(deleteGlossaryTerm, event);

import { postTemplatePreview } from '#lib/server/alerts/templates-api.ts';
import { respond } from '#lib/server/http/operation.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = (event) => respond(postTemplatePreview, event);

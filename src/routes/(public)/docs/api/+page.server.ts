import { describeApi } from '#lib/server/http/docs.ts';
import { openApiDocument } from '#lib/server/http/openapi.ts';
import { OPERATIONS } from '#lib/server/http/operations.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ url }) => ({
  docs: describeApi(openApiDocument(OPERATIONS), url.origin),
});

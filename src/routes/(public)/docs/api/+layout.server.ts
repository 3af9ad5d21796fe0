import { describeApi } from '#lib/server/http/docs.ts';
import { openApiDocument } from '#lib/server/http/openapi.ts';
import { OPERATIONS } from '#lib/server/http/operations.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = () => ({ docs: describeApi(openApiDocument(OPERATIONS)) });

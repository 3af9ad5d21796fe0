import { error } from '@sveltejs/kit';
import { textsOf } from '#lib/i18n/texts.ts';
import { describeOperation } from '#lib/server/http/docs.ts';
import { openApiDocument } from '#lib/server/http/openapi.ts';
import { OPERATIONS } from '#lib/server/http/operations.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, parent, url }) => {
  const { section } = await parent();
  const place = section.operations.findIndex(({ id }) => id === params.operation);
  const operation = describeOperation(openApiDocument(OPERATIONS), {
    id: params.operation,
    origin: url.origin,
  });
  if (!operation || place < 0) error(404, textsOf(locals.language)('http.docs.no_operation'));
  return {
    operation,
    previous: section.operations[place - 1] ?? null,
    next: section.operations[place + 1] ?? null,
  };
};

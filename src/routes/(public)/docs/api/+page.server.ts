import { OPERATIONS } from '#lib/server/http/operations.ts';
import { API_BASE, openApiDocument } from '#lib/server/http/openapi.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ url }) => {
  const { paths } = openApiDocument(OPERATIONS);
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, found]) => ({
      id: found.operationId,
      tag: found.tags[0] ?? '',
      path: `${API_BASE}${path}`,
      method: method.toUpperCase(),
      summary: found.summary,
      description: found.description ?? null,
      scope: found.security.flatMap((one) => Object.values(one).flat())[0] ?? null,
      parameters: found.parameters.flatMap((one) =>
        'name' in one ? [{ name: one.name, place: one.in, is_required: one.required }] : [],
      ),
      body: Object.keys(found.requestBody?.content ?? {}),
      answers: Object.keys(found.responses),
    })),
  );
  const tags = [...Map.groupBy(operations, ({ tag }) => tag)].map(([name, listed]) => ({
    name,
    operations: listed,
  }));
  return { tags, origin: url.origin };
};

import { resolved, schemaOf } from './docs-schema.ts';
import type { OpenApiDocument, OpenApiOperation, OpenApiParameter } from './openapi.ts';
import type { JsonSchema } from './schema-shelf.ts';

/** An example is no deeper than a person reads. */
const DEPTH_MAX = 4;

/** The call of an operation as one types it into a POSIX shell. */
export function curlOf(
  document: OpenApiDocument,
  found: { path: string; method: string; operation: OpenApiOperation; origin: string },
  parameters: OpenApiParameter[],
): string {
  const { operation, method, origin } = found;
  const filled = found.path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => {
    const parameter = parameters.find((one) => one.in === 'path' && one.name === name);
    return encodeURIComponent(String(exampleOf(document, parameter?.schema ?? {})));
  });
  const query = parameters
    .filter((parameter) => parameter.in === 'query' && parameter.required)
    .map(({ name, schema }) => `${name}=${encodeURIComponent(String(exampleOf(document, schema)))}`);
  const address = `${origin}${document.servers[0]?.url ?? ''}${filled}${query.length > 0 ? `?${query.join('&')}` : ''}`;
  const content = operation.requestBody?.content ?? {};
  const [media_type] = 'application/json' in content ? ['application/json'] : Object.keys(content);
  const is_schema_known = Object.keys(schemaOf(content)).length > 0;
  const data = is_schema_known
    ? `--data ${quoted(JSON.stringify(exampleOf(document, schemaOf(content))))}`
    : '--data-binary @file';
  return [
    `curl ${method === 'get' ? '' : `--request ${method.toUpperCase()} `}${quoted(address)}`,
    ...(operation.security.length > 0 ? ['--header "Authorization: Bearer $GREENLANE_KEY"'] : []),
    ...(media_type ? [`--header 'Content-Type: ${media_type}'`, data] : []),
  ].join(' \\\n  ');
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

const FORMAT_EXAMPLES: Record<string, string> = {
  uuid: '0b4f4a0e-3c55-4b8e-9d1c-2f6d3f1f8a77',
  date: '2026-05-13',
  'date-time': '2026-05-13T09:30:00+08:00',
  email: 'name@example.org',
  uri: 'https://example.org/notices',
};

/** A value that the schema takes, with the fields that it needs: its own example where it has one. */
export function exampleOf(document: OpenApiDocument, given: JsonSchema, depth = 0): unknown {
  const schema = resolved(document, given);
  const told: unknown =
    schema.examples?.[0] ?? schema.example ?? schema.const ?? schema.enum?.[0] ?? schema.default;
  if (told !== undefined) return told;
  const branch = schema.anyOf?.[0] ?? schema.oneOf?.[0];
  if (branch && depth < DEPTH_MAX) return exampleOf(document, branch, depth + 1);
  const [type] = [schema.type].flat();
  switch (type) {
    case 'object':
      return depth < DEPTH_MAX ? exampleObject(document, schema, depth) : {};
    case 'array': {
      const { items } = schema;
      const is_open = items && !Array.isArray(items) && typeof items !== 'boolean' && depth < DEPTH_MAX;
      return is_open ? [exampleOf(document, items, depth + 1)] : [];
    }
    case 'integer':
    case 'number':
      return Math.max(1, schema.minimum ?? 1, Number(schema.exclusiveMinimum ?? 0) + 1);
    case 'boolean':
      return true;
    case 'null':
      return null;
    case 'string':
    case undefined:
      return FORMAT_EXAMPLES[schema.format ?? ''] ?? 'text';
    default:
      return type satisfies never;
  }
}

function exampleObject(
  document: OpenApiDocument,
  schema: JsonSchema,
  depth: number,
): Record<string, unknown> {
  const required = Object.entries(schema.properties ?? {}).filter(([name]) =>
    schema.required?.includes(name),
  );
  return Object.fromEntries(
    required.map(([name, inner]) => [
      name,
      typeof inner === 'boolean' ? null : exampleOf(document, inner, depth + 1),
    ]),
  );
}

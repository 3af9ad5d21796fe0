import type { OpenApiDocument, OpenApiOperation, OpenApiParameter, OpenApiResponse } from './openapi.ts';
import type { JsonSchema } from './schema-shelf.ts';

/** One line of a table of fields: `items[].clause`, what it may hold, what it means. */
export type FieldRow = { name: string; type: string; is_required: boolean; description: string };
export type DocsAnswer = { status: string; description: string; media_types: string[]; fields: FieldRow[] };
export type DocsOperation = {
  id: string;
  method: string;
  path: string;
  summary: string;
  description: string;
  /** Empty for what needs no key. */
  scopes: string[];
  parameters: (FieldRow & { place: 'path' | 'query' | 'header' })[];
  body: { description: string; media_types: string[]; fields: FieldRow[] } | null;
  answers: DocsAnswer[];
  curl: string;
};
export type Docs = {
  title: string;
  version: string;
  /** Paragraphs of plain text; `code` and **strong** are marked as such. */
  introduction: { kind: 'text' | 'code' | 'strong'; text: string }[][];
  groups: { tag: string; operations: DocsOperation[] }[];
};

/** Schemas nest; beyond this a table is no longer read, and a schema that contains itself has no end. */
const DEPTH_MAX = 4;
const ENUM_SHOWN_MAX = 12;

/** The contract as a page shows it. `origin` is the address that the examples call. */
export function describeApi(document: OpenApiDocument, origin: string): Docs {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  return {
    title: document.info.title,
    version: document.info.version,
    introduction: document.info.description.split('\n\n').map(marked),
    groups: document.tags.map(({ name }) => ({
      tag: name,
      operations: operations
        .filter(({ operation }) => operation.tags.includes(name))
        .map(({ path, method, operation }) => describeOne(document, { path, method, operation, origin })),
    })),
  };
}

type Found = { path: string; method: string; operation: OpenApiOperation; origin: string };

function describeOne(document: OpenApiDocument, found: Found): DocsOperation {
  const { operation, method } = found;
  const parameters = operation.parameters.map((parameter) =>
    '$ref' in parameter ? lookUp(document.components.parameters, parameter.$ref) : parameter,
  );
  const body = operation.requestBody;
  return {
    id: operation.operationId,
    method: method.toUpperCase(),
    path: `${document.servers[0]?.url ?? ''}${found.path}`,
    summary: operation.summary,
    description: operation.description ?? '',
    scopes: operation.security.flatMap((requirement) => Object.values(requirement).flat()),
    parameters: parameters.map((parameter) => ({
      ...parameterRow(document, parameter),
      place: parameter.in,
    })),
    body: body
      ? {
          description: body.description ?? '',
          media_types: Object.keys(body.content),
          fields: fieldsOf(document, schemaOf(body.content)),
        }
      : null,
    answers: Object.entries(operation.responses).map(([status, response]) => {
      const is_shared = '$ref' in response;
      const shown: OpenApiResponse = is_shared
        ? lookUp(document.components.responses, response.$ref)
        : response;
      const { description, content = {} } = shown;
      // Problems are all alike; the introduction describes them once.
      const fields = is_shared ? [] : fieldsOf(document, schemaOf(content));
      return { status, description, media_types: Object.keys(content), fields };
    }),
    curl: curlOf(document, found, parameters),
  };
}

function parameterRow(document: OpenApiDocument, parameter: OpenApiParameter): FieldRow {
  const { name, schema, required, description = '' } = parameter;
  return { name, type: typeWithDefault(document, schema), is_required: required, description };
}

function schemaOf(content: Record<string, { schema: JsonSchema }>): JsonSchema {
  return content['application/json']?.schema ?? {};
}

/** The fields of a schema, the inner ones behind those that hold them. */
function fieldsOf(document: OpenApiDocument, given: JsonSchema, prefix = '', depth = 0): FieldRow[] {
  const schema = resolved(document, given);
  if (depth === DEPTH_MAX) return [];
  if (schema.items && !Array.isArray(schema.items) && typeof schema.items !== 'boolean')
    return fieldsOf(document, schema.items, `${prefix}[]`, depth + 1);
  const branches = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, inner]): FieldRow[] => {
    if (typeof inner === 'boolean') return [];
    const full = prefix ? `${prefix}.${name}` : name;
    const row = {
      name: full,
      type: typeWithDefault(document, inner),
      is_required: schema.required?.includes(name) ?? false,
      description: inner.description ?? resolved(document, inner).description ?? '',
    };
    return [row, ...fieldsOf(document, inner, full, depth + 1)];
  });
  const of_branches = branches.flatMap((branch) => fieldsOf(document, branch, prefix, depth + 1));
  return unique([...own, ...of_branches]);
}

function unique(rows: FieldRow[]): FieldRow[] {
  return [...new Map(rows.map((row) => [`${row.name} ${row.type}`, row])).values()];
}

/** `integer = 50` for what is 50 unless it is said. */
function typeWithDefault(document: OpenApiDocument, schema: JsonSchema): string {
  const type = typeOf(document, schema);
  return schema.default === undefined ? type : `${type} = ${JSON.stringify(schema.default)}`;
}

/** What a value may be, in a few words. `within` are the schemas around it: one that holds itself has no end. */
function typeOf(document: OpenApiDocument, given: JsonSchema, within: readonly string[] = []): string {
  const { $ref } = given;
  if ($ref && within.includes($ref)) return 'any';
  const schema = resolved(document, given);
  const inside = $ref ? [...within, $ref] : within;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) {
    const shown = schema.enum.slice(0, ENUM_SHOWN_MAX).map(String).join(' | ');
    return schema.enum.length > ENUM_SHOWN_MAX ? `${shown} | …` : shown;
  }
  const branches = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (branches.length > 0)
    return [...new Set(branches.map((branch) => typeOf(document, branch, inside)))].join(' | ');
  if (schema.type === 'array') {
    const { items } = schema;
    const inner =
      items && !Array.isArray(items) && typeof items !== 'boolean' ? typeOf(document, items, inside) : 'any';
    return inner.includes(' | ') ? `(${inner})[]` : `${inner}[]`;
  }
  if (schema.format === 'date-time') return 'instant';
  if (schema.format === 'date') return 'day';
  return schema.format ?? [schema.type ?? 'any'].flat().join(' | ');
}

function resolved(document: OpenApiDocument, schema: JsonSchema): JsonSchema {
  return schema.$ref ? lookUp(document.components.schemas, schema.$ref) : schema;
}

function lookUp<T>(shelf: Record<string, T>, reference: string): T {
  const found = shelf[reference.split('/').at(-1) ?? ''];
  if (!found) throw new Error(`the contract refers to ${reference}, which it does not hold`);
  return found;
}

// --- examples -------------------------------------------------------------------------------------

function curlOf(document: OpenApiDocument, found: Found, parameters: OpenApiParameter[]): string {
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

/** Splits a paragraph at `code` and **strong**; the page decides how they look. */
function marked(paragraph: string): Docs['introduction'][number] {
  return paragraph
    .split(/(`[^`]+`|\*\*[^*]+\*\*)/)
    .filter(Boolean)
    .map((part) => {
      if (part.startsWith('`')) return { kind: 'code' as const, text: part.slice(1, -1) };
      if (part.startsWith('**')) return { kind: 'strong' as const, text: part.slice(2, -2) };
      return { kind: 'text' as const, text: part };
    });
}

import { curlOf } from './docs-example.ts';
import { lookUp, resolved, schemaOf } from './docs-schema.ts';
import type { OpenApiDocument, OpenApiOperation, OpenApiParameter, OpenApiResponse } from './openapi.ts';
import type { JsonSchema } from './schema-shelf.ts';

/** Plain text; `code` and **strong** are marked as such. */
export type MarkedText = { kind: 'text' | 'code' | 'strong'; text: string }[];
/** One line of a table of fields: `items[].clause`, what it may hold, what it means. */
export type FieldRow = { name: string; type: string; is_required: boolean; description: string };
export type DocsAnswer = {
  status: string;
  description: string;
  media_types: string[];
  fields: FieldRow[];
};
export type DocsOperation = {
  id: string;
  method: string;
  path: string;
  summary: string;
  description: MarkedText;
  /** Empty for what needs no key. */
  scopes: string[];
  parameters: (FieldRow & { place: 'path' | 'query' | 'header' })[];
  body: { description: MarkedText; media_types: string[]; fields: FieldRow[] } | null;
  answers: DocsAnswer[];
  curl: string;
};
/** One section of the contract as its table of contents names it. */
export type DocsContents = {
  tag: string;
  slug: string;
  operations: Pick<DocsOperation, 'id' | 'method' | 'path' | 'summary' | 'description'>[];
};
export type DocsIndex = {
  version: string;
  /** Its paragraphs. */
  introduction: MarkedText[];
  sections: DocsContents[];
};

/** Schemas nest; beyond this a table is no longer read, and a schema that contains itself has no end. */
const DEPTH_MAX = 4;
const ENUM_SHOWN_MAX = 12;

/** What stands before the sections of the contract, and what each of them holds. */
export function describeApi(document: OpenApiDocument): DocsIndex {
  return {
    version: document.info.version,
    introduction: document.info.description.split('\n\n').map(marked),
    sections: document.tags.map(({ name }) => ({
      tag: name,
      slug: slugOf(name),
      operations: operationsOf(document, name).map(({ path, method, operation }) => ({
        id: operation.operationId,
        ...addressOf(document, path, method),
        summary: operation.summary,
        description: marked(operation.description ?? ''),
      })),
    })),
  };
}

/** One operation as a page shows it, or null. `origin` is the address that its example calls. */
export function describeOperation(
  document: OpenApiDocument,
  { id, origin }: { id: string; origin: string },
): DocsOperation | null {
  const found = document.tags
    .flatMap(({ name }) => operationsOf(document, name))
    .find(({ operation }) => operation.operationId === id);
  return found ? describeOne(document, { ...found, origin }) : null;
}

function slugOf(tag: string): string {
  return tag.toLowerCase();
}

function operationsOf(document: OpenApiDocument, tag: string) {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => operation.tags.includes(tag))
      .map(([method, operation]) => ({ path, method, operation })),
  );
}

function addressOf(document: OpenApiDocument, path: string, method: string) {
  return { method: method.toUpperCase(), path: `${document.servers[0]?.url ?? ''}${path}` };
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
    ...addressOf(document, found.path, method),
    summary: operation.summary,
    description: marked(operation.description ?? ''),
    scopes: operation.security.flatMap((requirement) => Object.values(requirement).flat()),
    parameters: parameters.map((parameter) => ({
      ...parameterRow(document, parameter),
      place: parameter.in,
    })),
    body: body
      ? {
          description: marked(body.description ?? ''),
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

/** Splits a paragraph at `code` and **strong**; the page decides how they look. */
function marked(paragraph: string): MarkedText {
  return paragraph
    .split(/(`[^`]+`|\*\*[^*]+\*\*)/)
    .filter(Boolean)
    .map((part) => {
      if (part.startsWith('`')) return { kind: 'code' as const, text: part.slice(1, -1) };
      if (part.startsWith('**')) return { kind: 'strong' as const, text: part.slice(2, -2) };
      return { kind: 'text' as const, text: part };
    });
}

import { z } from 'zod';
import type { KeyAccess } from './access.ts';
import { IDEMPOTENCY_KEY_LENGTH_MAX } from './idempotency.ts';
import type { ListedOperation } from './operations.ts';
import { titleOf } from './problem.ts';
import { SchemaShelf, type JsonSchema } from './schema-shelf.ts';

export const API_BASE = '/api/v1';
/** Of the contract, not of the program: additions raise the second number, anything else the path. */
const CONTRACT_VERSION = '1.0';

export type OpenApiParameter = {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  description?: string;
  schema: JsonSchema;
};
type Content = Record<string, { schema: JsonSchema }>;
type Reference = { $ref: string };
export type OpenApiResponse = {
  description: string;
  headers?: Record<string, { description: string; schema: JsonSchema }>;
  content?: Content;
};
export type OpenApiOperation = {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  security: Record<string, string[]>[];
  'x-side'?: string;
  parameters: (OpenApiParameter | Reference)[];
  requestBody?: { required: boolean; description?: string; content: Content };
  responses: Record<string, OpenApiResponse | Reference>;
};
export type OpenApiDocument = {
  openapi: '3.1.1';
  info: { title: string; version: string; summary: string; description: string };
  servers: { url: string }[];
  tags: { name: string }[];
  paths: Record<string, Record<string, OpenApiOperation>>;
  components: {
    securitySchemes: Record<string, { type: 'http'; scheme: 'bearer'; description: string }>;
    parameters: Record<string, OpenApiParameter>;
    responses: Record<string, OpenApiResponse>;
    schemas: Record<string, JsonSchema>;
  };
};

const DESCRIPTION = `JSON in UTF-8, fields in snake_case, instants as ISO 8601 with offset, legal days as YYYY-MM-DD.

**Keys.** Send \`Authorization: Bearer glk_…\`. A key belongs to a firm or to the operator and carries scopes; each operation names the one it needs. A browser session works as well, from the pages of the installation.

**Errors** are \`application/problem+json\` (RFC 9457) with a sentence in \`detail\`, the places in \`errors\`, and the \`request_id\` that finds the log line.

**Lists** come newest first, 50 a page (\`limit\`, at most 500); \`next_cursor\` leads to the next page and is null on the last.

**Retries.** Where \`Idempotency-Key\` is listed, the same request with the same key gives the first answer again for 24 hours. Reads carry an \`ETag\`.`;

const problem_schema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('One sentence: what is wrong, and what to do.'),
    request_id: z.string().describe('Finds the line in the log of the installation.'),
    errors: z
      .array(
        z.object({
          line: z.int().optional().describe('Counts from 1, a header included.'),
          pointer: z.string().optional().describe('JSON pointer into the body.'),
          field: z.string().optional().describe('Name of the column or of the query field.'),
          code: z.string(),
          message: z.string(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Problem', description: 'Why a request was refused or failed (RFC 9457).' });

const HEADERS: Record<'GreenlaneFirm' | 'IdempotencyKey' | 'IfNoneMatch', OpenApiParameter> = {
  GreenlaneFirm: {
    name: 'Greenlane-Firm',
    in: 'header',
    required: false,
    description: "The slug of the firm to act for, where a broker's key serves several that granted it.",
    schema: { type: 'string' },
  },
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description: 'Any text of your own, new for each new request: a retry with it does nothing twice.',
    schema: { type: 'string', minLength: 1, maxLength: IDEMPOTENCY_KEY_LENGTH_MAX },
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    required: false,
    description: 'The ETag that you hold; an unchanged answer is 304 without a body.',
    schema: { type: 'string' },
  },
};

/** The published contract, from the schemas that validate it. */
export function openApiDocument(operations: readonly ListedOperation[]): OpenApiDocument {
  const shelf = new SchemaShelf();
  const problem_content = {
    'application/problem+json': { schema: shelf.put(problem_schema, 'output', 'Problem') },
  };
  const paths: OpenApiDocument['paths'] = {};
  const statuses = new Set<number>();
  for (const operation of operations) {
    const path = (paths[operation.path] ??= {});
    path[operation.method] = describeOperation(operation, shelf);
    for (const status of refusalsOf(operation)) statuses.add(status);
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Greenlane',
      version: CONTRACT_VERSION,
      summary: 'Regulatory intelligence for exporters',
      description: DESCRIPTION,
    },
    servers: [{ url: API_BASE }],
    tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'A key of a firm or of the operator (glk_…).' },
      },
      parameters: HEADERS,
      responses: Object.fromEntries(
        [...statuses].sort().map((status) => [responseName(status), refusal(status, problem_content)]),
      ),
      schemas: shelf.schemas,
    },
  };
}

/** `getClearanceImportsById`: stable, unique, and a name that generators of clients can use. */
export function operationId({ method, path }: Pick<ListedOperation, 'method' | 'path'>): string {
  const words = [...path.matchAll(/\{(\w+)\}|[A-Za-z0-9]+/g)].map(([word, parameter]) =>
    parameter === undefined ? capital(word) : `By${parameter.split('_').map(capital).join('')}`,
  );
  return method + words.join('');
}

function describeOperation(operation: ListedOperation, shelf: SchemaShelf): OpenApiOperation {
  const id = operationId(operation);
  const { access, description } = operation;
  return {
    operationId: id,
    tags: [operation.tag],
    summary: operation.summary,
    ...(description ? { description } : {}),
    security: typeof access === 'string' ? [] : scopesOf(access).map((scope) => ({ key: [scope] })),
    ...(typeof access === 'string' ? {} : { 'x-side': access.side }),
    parameters: parametersOf(operation, shelf),
    ...requestBodyOf(operation, shelf),
    responses: {
      ...successOf(operation, shelf),
      ...Object.fromEntries(
        refusalsOf(operation).map((status) => [
          status,
          { $ref: `#/components/responses/${responseName(status)}` },
        ]),
      ),
    },
  };
}

function scopesOf(access: KeyAccess): string[] {
  return [...new Set([access.scope, access.operator_scope ?? access.scope].flat())];
}

function parametersOf(operation: ListedOperation, shelf: SchemaShelf): (OpenApiParameter | Reference)[] {
  const id = operationId(operation);
  const path_fields = shelf.fields(operation.params, id);
  const in_path = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']): OpenApiParameter => {
    const field = path_fields.find((one) => one.name === name);
    return { ...describeField(name, field?.schema ?? { type: 'string' }), in: 'path', required: true };
  });
  const in_query = shelf
    .fields(operation.query, id)
    .map(({ name, schema, is_required }): OpenApiParameter => ({
      ...describeField(name, schema),
      in: 'query',
      required: is_required,
    }));
  const headers = [
    ...(typeof operation.access === 'object' && operation.access.side !== 'operator'
      ? ['GreenlaneFirm']
      : []),
    ...(operation.is_idempotent || operation.raw_body?.is_idempotent ? ['IdempotencyKey'] : []),
    ...(hasEtag(operation) ? ['IfNoneMatch'] : []),
  ];
  return [...in_path, ...in_query, ...headers.map((name) => ({ $ref: `#/components/parameters/${name}` }))];
}

function describeField(
  name: string,
  given: JsonSchema,
): Pick<OpenApiParameter, 'name' | 'description' | 'schema'> {
  const { description, ...schema } = given;
  return { name, ...(description ? { description } : {}), schema };
}

function requestBodyOf(
  operation: ListedOperation,
  shelf: SchemaShelf,
): Pick<OpenApiOperation, 'requestBody'> {
  const { body, raw_body } = operation;
  if (body) {
    const schema = shelf.put(body, 'input', `${capital(operationId(operation))}Body`);
    const required = !body.safeParse(undefined).success;
    return { requestBody: { required, content: { 'application/json': { schema } } } };
  }
  if (!raw_body) return {};
  const content: Content = {};
  const json = raw_body.json_schema;
  for (const type of raw_body.media_types)
    content[type] = {
      schema:
        json && type === 'application/json'
          ? shelf.put(json, 'input', `${capital(operationId(operation))}Body`)
          : rawSchema(type),
    };
  return { requestBody: { required: true, description: raw_body.description, content } };
}

/** Bytes have no schema in OpenAPI 3.1; text says at least that much. */
function rawSchema(media_type: string): JsonSchema {
  return media_type.startsWith('text/') || media_type.includes('ndjson') ? { type: 'string' } : {};
}

function successOf(operation: ListedOperation, shelf: SchemaShelf): OpenApiOperation['responses'] {
  const { description, schema, status = 200, media_type = 'application/json' } = operation.response;
  if (status === 204) return { 204: { description } };
  const shown = schema ? shelf.put(schema, 'output', `${capital(operationId(operation))}Answer`) : {};
  const answer = { description, content: { [media_type]: { schema: shown } } };
  if (!hasEtag(operation)) return { [status]: answer };
  const etag = { description: 'Names this answer, for If-None-Match.', schema: { type: 'string' as const } };
  return {
    [status]: { ...answer, headers: { ETag: etag } },
    304: { description: 'What you hold is still the answer.' },
  };
}

function hasEtag({ method, response }: ListedOperation): boolean {
  return method === 'get' && (response.status ?? 200) === 200 && !response.media_type;
}

/** The refusals that an operation can give by its own declaration. */
function refusalsOf(operation: ListedOperation): number[] {
  const { access, params, query, body, raw_body } = operation;
  const is_idempotent = operation.is_idempotent || raw_body?.is_idempotent;
  return [
    ...(access === 'public' ? [] : access === 'signed' ? [401] : [401, 403]),
    ...(params ? [404] : []),
    ...(is_idempotent ? [409] : []),
    ...(body || raw_body ? [413, 415] : []),
    ...(query || body || raw_body ? [422] : []),
    500,
    503,
  ];
}

const REFUSALS: Record<number, string> = {
  401: 'No key was sent, or one that does not hold.',
  403: 'The key or role does not carry the scope that this needs.',
  404: 'There is nothing there, or nothing that the caller may know of.',
  409: 'It conflicts with what is there, or the Idempotency-Key was used for another request.',
  413: 'The body is larger than this operation takes.',
  415: 'The body is of a media type that this operation does not take.',
  422: 'The query or body cannot be used; errors names the places.',
  500: 'It failed here; the request_id finds the cause in the log.',
  503: 'Not possible at the moment; try again after Retry-After seconds.',
};

function refusal(status: number, content: Content): OpenApiResponse {
  return { description: REFUSALS[status] ?? titleOf(status), content };
}

function responseName(status: number): string {
  return titleOf(status).split(' ').map(capital).join('');
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

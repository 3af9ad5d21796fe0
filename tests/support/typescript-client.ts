import type { JsonSchema } from '#lib/server/http/schema-shelf.ts';
import type { OpenApiDocument, OpenApiOperation } from '#lib/server/http/openapi.ts';

/** A client in TypeScript for every operation of the contract: one file without dependencies. */
export function typescriptClient({ components, paths }: OpenApiDocument): string {
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) => `export type ${name} = ${typeOf(schema)};`,
  );
  const operations: string[] = [];
  const addresses: string[] = [];
  for (const [path, methods] of Object.entries(paths))
    for (const [method, one] of Object.entries(methods)) {
      operations.push(`  ${one.operationId}: { input: ${inputOf(one)}; answer: ${answerOf(one)} };`);
      addresses.push(`  ${one.operationId}: ['${method.toUpperCase()}', '${path}'],`);
    }
  return [
    '// Generated from the OpenAPI document of Greenlane: generate it again instead of changing it.',
    ...schemas,
    `export type Operations = {\n${operations.join('\n')}\n};`,
    `const ADDRESSES: Record<keyof Operations, readonly [string, string]> = {\n${addresses.join('\n')}\n};`,
    RUNTIME,
  ].join('\n');
}

const RUNTIME = `
export class Refused extends Error {
  readonly status: number;
  readonly problem: { detail?: string; request_id?: string };
  constructor(status: number, problem: { detail?: string; request_id?: string }) {
    super(problem.detail ?? 'The request was refused.');
    this.status = status;
    this.problem = problem;
  }
}
export type Connection = { origin: string; key: string; send?: typeof fetch };
type Parts = { path?: object; query?: object; body?: unknown };

export async function call<K extends keyof Operations>(
  { origin, key, send = fetch }: Connection,
  operation: K,
  input: Operations[K]['input'],
): Promise<Operations[K]['answer']> {
  const [method, template] = ADDRESSES[operation];
  const { path = {}, query = {}, body }: Parts = input;
  const values = new Map<string, unknown>(Object.entries(path));
  const url = new URL(origin + '/api/v1' + template.replace(/\\{(\\w+)\\}/g, (_, name: string) => encodeURIComponent(String(values.get(name)))));
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
  const headers: Record<string, string> = { authorization: 'Bearer ' + key };
  if (body !== undefined) headers['content-type'] = 'application/json';
  const response = await send(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  if (!response.ok) throw new Refused(response.status, await response.json().catch(() => ({})));
  if (response.status === 204) return undefined;
  return response.headers.get('content-type')?.includes('json') ? response.json() : response.text();
}
`;

function inputOf({ parameters, requestBody }: OpenApiOperation): string {
  const parts: string[] = [];
  for (const place of ['path', 'query'] as const) {
    const own = parameters.flatMap((one) => ('in' in one && one.in === place ? [one] : []));
    if (own.length === 0) continue;
    const fields = own.map(({ name, required, schema }) => field(name, schema, required));
    parts.push(`${place}${own.some(({ required }) => required) ? '' : '?'}: { ${fields.join('; ')} }`);
  }
  const body = requestBody?.content['application/json']?.schema;
  if (body) parts.push(field('body', body, requestBody?.required ?? false));
  return `{ ${parts.join('; ')} }`;
}

function answerOf({ responses }: OpenApiOperation): string {
  const good = Object.entries(responses).find(([status]) => status.startsWith('2'))?.[1];
  const schema = good && 'content' in good ? good.content?.['application/json']?.schema : undefined;
  return schema ? typeOf(schema) : 'unknown';
}

function field(name: string, schema: JsonSchema, is_required: boolean): string {
  const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
  return `${key}${is_required ? '' : '?'}: ${typeOf(schema)}`;
}

function typeOf(known: JsonSchema['items']): string {
  if (known === undefined || typeof known === 'boolean' || Array.isArray(known)) return 'unknown';
  if (known.$ref) return known.$ref.slice(known.$ref.lastIndexOf('/') + 1);
  if ('const' in known) return JSON.stringify(known.const);
  if (known.enum) return known.enum.map((value) => JSON.stringify(value)).join(' | ');
  const union = known.anyOf ?? known.oneOf;
  if (union) return `(${union.map(typeOf).join(' | ')})`;
  if (known.allOf) return `(${known.allOf.map(typeOf).join(' & ')})`;
  switch (known.type) {
    case 'string':
    case 'boolean':
    case 'null':
      return known.type;
    case 'number':
    case 'integer':
      return 'number';
    case 'array':
      return `(${typeOf(known.items)})[]`;
    case 'object':
      return objectOf(known);
    default:
      return 'unknown';
  }
}

function objectOf({ properties, required = [], additionalProperties }: JsonSchema): string {
  if (!properties) return `{ [name: string]: ${typeOf(additionalProperties)} }`;
  const fields = Object.entries(properties).map(([name, inner]) =>
    field(name, typeof inner === 'boolean' ? {} : inner, required.includes(name)),
  );
  return `{ ${fields.join('; ')} }`;
}

import type { JsonSchema } from '#lib/server/http/schema-shelf.ts';
import type { OpenApiDocument, OpenApiOperation } from '#lib/server/http/openapi.ts';

type Components = OpenApiDocument['components'];

/** A client in TypeScript for every operation of the contract: one file without dependencies. */
export function typescriptClient({ components, paths }: OpenApiDocument): string {
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) => `export type ${name} = ${typeOf(schema)};`,
  );
  const operations: string[] = [];
  const addresses: string[] = [];
  const streamed: string[] = [];
  for (const [path, methods] of Object.entries(paths))
    for (const [method, one] of Object.entries(methods)) {
      operations.push(`  ${one.operationId}: { input: ${inputOf(one)}; answer: ${answerOf(one)} };`);
      if (isStreamed(one, components))
        streamed.push(`  ${one.operationId}: { ${fieldsOf(one, 'query').join('; ')} };`);
      addresses.push(`  ${one.operationId}: ['${method.toUpperCase()}', '${path}'],`);
    }
  return [
    '// Generated from the OpenAPI document of Greenlane: generate it again instead of changing it.',
    ...schemas,
    `export type Operations = {\n${operations.join('\n')}\n};`,
    `const ADDRESSES: Record<keyof Operations, readonly [string, string]> = {\n${addresses.join('\n')}\n};`,
    `/** The queries of operations that take questions as NDJSON and answer each in its turn. */\nexport type StreamQueries = {\n${streamed.join('\n')}\n};\nexport type Streamed = keyof StreamQueries;`,
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
/** \`firm\` is the slug of the firm that a broker's key works for. */
export type Connection = { origin: string; key: string; firm?: string; send?: typeof fetch };
type Parts = { path?: object; query?: object; body?: unknown; idempotency_key?: string };

/** A request that can be made twice is tried so often; the wait is what the server asks for, or grows. */
const ATTEMPTS_MAX = 3;
const WAIT_MS = 1_000;
const WAIT_MS_MAX = 60_000;

/** One request. What only reads, or carries an idempotency_key, is sent again when the network or server fails. */
export async function call<K extends keyof Operations>(
  connection: Connection,
  operation: K,
  input: Operations[K]['input'],
): Promise<Operations[K]['answer']> {
  const { body, idempotency_key, ...parts }: Parts = input;
  const { url, method, headers } = requestOf(connection, operation, parts);
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (idempotency_key !== undefined) headers['idempotency-key'] = idempotency_key;
  const { send = fetch } = connection;
  const attempts = method === 'GET' || idempotency_key !== undefined ? ATTEMPTS_MAX : 1;
  for (let attempt = 1; ; attempt += 1) {
    const request = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await send(url, request).catch((cause: unknown) => {
      if (attempt >= attempts) throw cause;
      return null;
    });
    if (response?.ok) {
      if (response.status === 204) return undefined;
      return response.headers.get('content-type')?.includes('json') ? response.json() : response.text();
    }
    const is_passing = response === null || response.status === 429 || response.status >= 500;
    if (response && (!is_passing || attempt >= attempts))
      throw new Refused(response.status, await response.json().catch(() => ({})));
    await response?.body?.cancel();
    await waited(response, attempt);
  }
}

function waited(response: Response | null, attempt: number): Promise<void> {
  const asked = Number(response?.headers.get('retry-after') ?? NaN) * 1_000;
  const wait = Math.min(Number.isFinite(asked) ? asked : WAIT_MS * attempt, WAIT_MS_MAX);
  return new Promise((done) => { setTimeout(done, wait); });
}

type List = readonly unknown[];
type BodyOf<K extends keyof Operations> = Operations[K]['input'] extends { body?: infer B } ? B : never;
/** A question of a stream: an object, or a line as it stands in a file. */
export type Question<K extends Streamed> = Exclude<BodyOf<K>, List | undefined> | string;
export type Answer<K extends Streamed> = Extract<Operations[K]['answer'], List>[number];

/** Lines are sent in pieces of about this size. */
const PIECE_CHARACTERS = 64 * 1024;
/** Questions that come one by one, each after the answer before, are not kept back. */
const PAUSE_MS = 5;

/**
 * Sends any number of questions as NDJSON and gives the answers in their order, while the rest is still sent. A line
 * that cannot be used is answered in its place with { line, error }. Leaving the loop ends the request.
 */
export async function* stream<K extends Streamed>(
  connection: Connection,
  operation: K,
  questions: Iterable<Question<K>> | AsyncIterable<Question<K>>,
  query?: StreamQueries[K],
): AsyncGenerator<Answer<K>, void, undefined> {
  const { url, method, headers } = requestOf(connection, operation, query === undefined ? {} : { query });
  const gone = new AbortController();
  const asked = { sent: 0, is_whole: false };
  const body = linesOf(questions, asked);
  const request = { method, headers: { ...headers, 'content-type': 'application/x-ndjson' }, body, duplex: 'half', signal: gone.signal };
  try {
    const response = await (connection.send ?? fetch)(url, request);
    if (!response.ok) throw new Refused(response.status, await response.json().catch(() => ({})));
    if (!response.body) throw new Error('The answer has no body.');
    let answered = 0;
    let rest = '';
    const decoder = new TextDecoder();
    for await (const bytes of response.body) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line === '') continue;
        answered += 1;
        yield answerOf(line);
      }
    }
    if (rest.trim() !== '') {
      answered += 1;
      yield answerOf(rest);
    }
    if (!asked.is_whole || answered < asked.sent)
      throw new Error('The stream broke off: ' + answered + ' of ' + asked.sent + ' questions were answered.');
  } finally {
    gone.abort();
  }
}

/** The status is sent before the first answer: what fails on the way is told by a line that belongs to no question. */
function answerOf(line: string) {
  const answer = JSON.parse(line);
  if (answer?.error?.code === 'broken_off') throw new Error(answer.error.message);
  return answer;
}

function linesOf<T>(questions: Iterable<T> | AsyncIterable<T>, asked: { sent: number; is_whole: boolean }): ReadableStream<Uint8Array> {
  const source = Symbol.asyncIterator in questions ? questions[Symbol.asyncIterator]() : questions[Symbol.iterator]();
  const encoder = new TextEncoder();
  const PAUSED = Symbol('paused');
  let reading: Promise<IteratorResult<T>> | null = null;
  return new ReadableStream({
    async pull(controller) {
      let piece = '';
      let timer: ReturnType<typeof setTimeout> | undefined;
      const pause = new Promise<typeof PAUSED>((done) => { timer = setTimeout(done, PAUSE_MS, PAUSED); });
      while (piece.length < PIECE_CHARACTERS) {
        reading ??= Promise.resolve(source.next());
        const next = await (piece === '' ? reading : Promise.race([reading, pause]));
        if (next === PAUSED) break;
        reading = null;
        if (next.done) {
          asked.is_whole = true;
          break;
        }
        const line = typeof next.value === 'string' ? next.value.trim() : JSON.stringify(next.value);
        // A blank line is no question.
        if (line === '') continue;
        piece += line + '\\n';
        asked.sent += 1;
      }
      clearTimeout(timer);
      if (piece !== '') controller.enqueue(encoder.encode(piece));
      if (asked.is_whole) controller.close();
    },
    async cancel() {
      await source.return?.();
    },
  }, { highWaterMark: 0 });
}

function requestOf({ origin, key, firm }: Connection, operation: keyof Operations, { path = {}, query = {} }: Parts) {
  const [method, template] = ADDRESSES[operation];
  const values = new Map<string, unknown>(Object.entries(path));
  const url = new URL(origin + '/api/v1' + template.replace(/\\{(\\w+)\\}/g, (_, name: string) => encodeURIComponent(String(values.get(name)))));
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
  const headers: Record<string, string> = { authorization: 'Bearer ' + key };
  if (firm !== undefined) headers['greenlane-firm'] = firm;
  return { url, method, headers };
}
`;

function inputOf(one: OpenApiOperation): string {
  const { parameters, requestBody } = one;
  const parts: string[] = [];
  for (const place of ['path', 'query'] as const) {
    const fields = fieldsOf(one, place);
    if (fields.length === 0) continue;
    parts.push(
      `${place}${fields.some((name) => !/^[^:]*\?:/.test(name)) ? '' : '?'}: { ${fields.join('; ')} }`,
    );
  }
  const takes_key = parameters.some((one) => '$ref' in one && one.$ref.endsWith('/IdempotencyKey'));
  if (takes_key) parts.push('idempotency_key?: string');
  const body = requestBody?.content['application/json']?.schema;
  if (body) parts.push(field('body', body, requestBody?.required ?? false));
  return `{ ${parts.join('; ')} }`;
}

function fieldsOf({ parameters }: OpenApiOperation, place: 'path' | 'query'): string[] {
  return parameters.flatMap((one) =>
    'in' in one && one.in === place ? [field(one.name, one.schema, one.required)] : [],
  );
}

/** One that takes NDJSON, and answers a list with a list. */
function isStreamed({ requestBody, responses }: OpenApiOperation, components: Components): boolean {
  const good = responses['200'];
  const answer = good && 'content' in good ? good.content?.['application/json']?.schema : undefined;
  return (
    requestBody?.content['application/x-ndjson'] !== undefined &&
    hasList(requestBody.content['application/json']?.schema, components) &&
    hasList(answer, components)
  );
}

function hasList(schema: JsonSchema['items'], components: Components): boolean {
  if (schema === undefined || typeof schema === 'boolean' || Array.isArray(schema)) return false;
  if (schema.$ref)
    return hasList(components.schemas[schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1)], components);
  return (
    schema.type === 'array' || (schema.anyOf ?? schema.oneOf ?? []).some((one) => hasList(one, components))
  );
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

import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Actor, Firm } from '#lib/domain/accounts/actor.ts';
import type { App } from '#lib/server/app.ts';
import type { AuditNote } from '#lib/server/audit/request.ts';
import { authorise, requireSameOrigin, type Access } from './access.ts';
import { chunksOf, discardRest } from './body.ts';
import { holdsEtag } from './etag.ts';
import { problemOfFailure } from './failure.ts';
import { sealOf } from '#lib/server/seal.ts';
import { answerOnce } from './answer-once.ts';
import { readJson } from './json-text.ts';
import { ProblemError, problemResponse, refuse } from './problem.ts';
import { errorsOf, predicateOf } from './sentences.ts';

/**
 * One endpoint of the published contract. The same schemas validate, type and document it; the route file
 * only mounts it with `respond`.
 */
export type Operation<P = unknown, Q = unknown, B = unknown> = {
  method: 'get' | 'post' | 'patch' | 'put' | 'delete';
  /** Below /api/v1, parameters in braces: `/clearance/imports/{id}`. */
  path: string;
  tag: 'Clearance' | 'Watch' | 'Rules' | 'Eligibility' | 'Alerts' | 'Documents' | 'Accounts' | 'Operation';
  summary: string;
  description?: string;
  access: Access;
  params?: z.ZodType<P>;
  query?: z.ZodType<Q>;
  /** A JSON body; parsed and bounded before `run`. */
  body?: z.ZodType<B>;
  body_bytes_max?: number;
  /** Media types of a body that `run` reads as a stream itself. */
  raw_body?: {
    media_types: readonly string[];
    description: string;
    /** Documents what is sent as application/json; `run` validates it. */
    json_schema?: z.ZodType;
    /** `run` honours `Idempotency-Key` itself, with `answerOnce`. */
    is_idempotent?: boolean;
  };
  /** Honours `Idempotency-Key` (JSON bodies only). */
  is_idempotent?: boolean;
  /** Its answer holds a secret, which is stored sealed where the answer is kept for a repeated request. */
  answers_secret?: boolean;
  response: { status?: number; description: string; schema?: z.ZodType; media_type?: string };
  run: (context: Context<P, Q, B>) => Promise<unknown>;
};

export type Context<P, Q, B> = {
  app: App;
  actor: Actor;
  /** Of a person, who came by it. */
  session_id: string | null;
  /** The firm that the operation works for; null for the operator and for public operations. */
  firm: Firm | null;
  params: P;
  query: Q;
  body: B;
  request: Request;
  url: URL;
  request_id: string;
  client_address: string;
};

/** The part of a SvelteKit request event that an operation needs. */
export type RequestLike = {
  request: Request;
  url: URL;
  params: Partial<Record<string, string>>;
  locals: {
    app: App;
    actor: Actor | null;
    session?: { id: string } | null;
    request_id: string;
    audit?: AuditNote | null;
  };
  getClientAddress: () => string;
};

const JSON_BODY_BYTES_MAX = 1024 * 1024;

/** Types the parts of an operation against each other. */
export function operation<P, Q, B>(definition: Operation<P, Q, B>): Operation<P, Q, B> {
  return definition;
}

/** Authenticates, parses, runs and answers. Every refusal is problem+json with a sentence. */
export async function respond<P, Q, B>(
  definition: Operation<P, Q, B>,
  event: RequestLike,
): Promise<Response> {
  const { app, request_id } = event.locals;
  try {
    return await perform(definition, event);
  } catch (cause) {
    await discardRest(event.request);
    if (cause instanceof ProblemError) return problemResponse(cause.problem, request_id);
    const name = `${definition.method} ${definition.path}`;
    app.log.error({ err: cause, request_id, operation: name }, 'operation failed');
    return problemResponse(problemOfFailure(cause, definition.method, request_id), request_id);
  }
}

async function perform<P, Q, B>(definition: Operation<P, Q, B>, event: RequestLike): Promise<Response> {
  const { request, url, locals } = event;
  const { actor, firm } = authorise(definition.access, locals.actor, request.headers.has('authorization'));
  if (actor.kind === 'person' && definition.method !== 'get') requireSameOrigin(request, url);
  if (definition.method !== 'get' && typeof definition.access === 'object')
    locals.audit = { ...locals.audit, firm_id: firm?.id ?? null };
  const params = parse(definition.params, event.params, 'path');
  const query = parse(definition.query, queryObject(url), 'query');
  if (definition.raw_body) requireMediaType(request, definition.raw_body.media_types);
  const text = definition.body
    ? await readText(request, definition.body_bytes_max ?? JSON_BODY_BYTES_MAX)
    : '';
  const body = parse(definition.body, text === '' ? undefined : parseJson(text), 'body');
  const run = async () => {
    const result = await definition.run({
      app: locals.app,
      actor,
      session_id: locals.session?.id ?? null,
      firm,
      params,
      query,
      body,
      request,
      url,
      request_id: locals.request_id,
      client_address: event.getClientAddress(),
    });
    const made = locals.audit ? idOf(result) : null;
    if (made) locals.audit = { ...locals.audit, subject: made };
    return result;
  };

  const work = async () => answer(definition, request, await run());
  if (!definition.is_idempotent || typeof definition.access === 'string') return work();
  return answerOnce(locals.app.db, request, {
    actor_id: actor.id,
    seal: definition.answers_secret ? await sealOf(locals.app.config) : null,
    // The firm is part of what was asked: one key of a broker works for several of them.
    asked: `${definition.method} ${url.pathname}${url.search} ${firm?.id ?? 'operator'}\n${text}`,
    work,
  });
}

/** The id or slug of what an operation answers with, for the audit log. */
function idOf(result: unknown): string | null {
  if (typeof result !== 'object' || result === null) return null;
  const named = new Map<string, unknown>(Object.entries(result));
  const found = ['id', 'import_id', 'decision_id', 'slug'].map((name) => named.get(name));
  return found.find((value) => typeof value === 'string') ?? null;
}

// --- input ----------------------------------------------------------------------------------------

function parse<T>(schema: z.ZodType<T> | undefined, value: unknown, where: 'path' | 'query' | 'body'): T {
  if (!schema) return nothing();
  const parsed = schema.safeParse(value, { error: predicateOf });
  if (parsed.success) return parsed.data;
  if (where === 'path') refuse(404, 'There is nothing at this address.');
  const errors = errorsOf(parsed.error, where);
  const first = (errors[0]?.message ?? `The ${where} is not valid.`).replace(/^The (?=body|query)/, 'the ');
  const more = errors.length > 1 ? ` And ${errors.length - 1} more, listed in errors.` : '';
  refuse(422, `The ${where} cannot be used: ${first}${more}`, errors);
}

/** The value of an input that the operation did not declare, and therefore never reads. */
function nothing<T>(): T {
  const absent: unknown = undefined;
  const typed: z.ZodType<T> = z.custom<T>();
  return typed.parse(absent);
}

/** Repeated parameters become a list; an empty one is absent. */
function queryObject(url: URL): Record<string, string | string[]> {
  const found = new Map<string, string | string[]>();
  for (const name of new Set(url.searchParams.keys())) {
    const values = url.searchParams.getAll(name).filter((value) => value !== '');
    if (values.some((value) => value.includes('\u0000')))
      refuse(422, `The query cannot be used: ${name} contains the character U+0000.`);
    const [first] = values;
    if (first !== undefined) found.set(name, values.length === 1 ? first : values);
  }
  return Object.fromEntries(found);
}

function requireMediaType(request: Request, accepted: readonly string[]): void {
  const type = mediaType(request);
  if (!accepted.includes(type))
    refuse(415, `The body is ${type || 'of no named type'}; send ${accepted.join(', ')} in Content-Type.`);
}

export function mediaType(request: Request): string {
  return request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
}

/** The text of a JSON body; empty when none was sent, and the schema says whether one is needed. */
async function readText(request: Request, bytes_max: number): Promise<string> {
  const { headers } = request;
  const has_body =
    request.body !== null || Number(headers.get('content-length')) > 0 || headers.has('transfer-encoding');
  if (!has_body) return '';
  const type = mediaType(request);
  if (type !== 'application/json' && !type.endsWith('+json')) requireMediaType(request, ['application/json']);
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (encoding !== 'identity') refuse(415, `The body is compressed with ${encoding}; send it as it is.`);
  const bytes = await readBytes(request, bytes_max);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    refuse(422, 'The body is not UTF-8. JSON is always UTF-8.');
  }
}

/** The whole body, refused with 413 as soon as it passes the limit. */
export async function readBytes(request: Request, bytes_max: number): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () => refuse(413, `The body is larger than ${sizeName(bytes_max)}. Send it in parts.`);
  if (Number(request.headers.get('content-length') ?? 0) > bytes_max) tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunksOf(request)) {
    size += chunk.byteLength;
    if (size > bytes_max) tooLarge();
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function sizeName(bytes: number): string {
  if (bytes >= 1024 * 1024) return `${Math.floor(bytes / 1024 / 1024)} MB`;
  return bytes >= 1024 ? `${Math.floor(bytes / 1024)} kB` : `${bytes} bytes`;
}

function parseJson(text: string): unknown {
  const read = readJson(text);
  if (read.ok) return read.value;
  const { detail, line, pointer } = read;
  refuse(422, detail, [
    { ...(line ? { line } : {}), ...(pointer ? { pointer } : {}), code: 'json', message: detail },
  ]);
}

// --- output ---------------------------------------------------------------------------------------

function answer<P, Q, B>(definition: Operation<P, Q, B>, request: Request, result: unknown): Response {
  if (result instanceof Response) return result;
  if (result === undefined) return new Response(null, { status: 204 });
  const text = JSON.stringify(result);
  const status = definition.response.status ?? 200;
  // The same address answers differently to another firm or person, so nothing shared may keep it.
  const headers = { 'cache-control': 'private, no-cache', vary: 'authorization, cookie, greenlane-firm' };
  if (definition.method !== 'get' || status !== 200) return jsonResponse(text, status, headers);
  const etag = `"${sha256(text).slice(0, 32)}"`;
  if (holdsEtag(request, etag)) return new Response(null, { status: 304, headers: { ...headers, etag } });
  return jsonResponse(text, status, { ...headers, etag });
}

function jsonResponse(text: string, status: number, headers: Record<string, string>): Response {
  return new Response(text, { status, headers: { 'content-type': 'application/json', ...headers } });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Actor, Firm, Scope } from '#lib/domain/accounts/actor.ts';
import type { App } from '#lib/server/app.ts';
import { claimIdempotencyKey, type Claim } from './idempotency.ts';
import { ProblemError, problem, problemResponse, refuse, type ErrorPlace } from './problem.ts';

/** Whose rows an operation works on: the firm of the actor, the operator's own, or either of them. */
export type Side = 'firm' | 'operator' | 'either';
export type Access = { scope: Scope; side: Side } | 'public';

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
  raw_body?: { media_types: readonly string[]; description: string };
  /** Honours `Idempotency-Key` (JSON bodies only). */
  is_idempotent?: boolean;
  response: { status?: number; description: string; schema?: z.ZodType; media_type?: string };
  run: (context: Context<P, Q, B>) => Promise<unknown>;
};

export type Context<P, Q, B> = {
  app: App;
  actor: Actor;
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
  locals: { app: App; actor: Actor | null; request_id: string };
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
    if (cause instanceof ProblemError) return problemResponse(cause.problem, request_id);
    app.log.error(
      { err: cause, request_id, operation: `${definition.method} ${definition.path}` },
      'operation failed',
    );
    return problemResponse(
      problem(500, `Nothing was changed. Try again; if it fails again, quote ${request_id}.`),
      request_id,
    );
  }
}

async function perform<P, Q, B>(definition: Operation<P, Q, B>, event: RequestLike): Promise<Response> {
  const { request, url, locals } = event;
  const { actor, firm } = authorise(definition.access, locals.actor);
  if (actor.kind === 'person' && definition.method !== 'get') requireSameOrigin(request, url);
  const params = parse(definition.params, event.params, 'path', 404);
  const query = parse(definition.query, queryObject(url), 'query', 422);
  if (definition.raw_body) requireMediaType(request, definition.raw_body.media_types);
  const text = definition.body
    ? await readBody(request, definition.body_bytes_max ?? JSON_BODY_BYTES_MAX)
    : '';
  const body = parse(definition.body, definition.body ? parseJson(text) : undefined, 'body', 422);

  const key = definition.is_idempotent ? request.headers.get('idempotency-key') : null;
  let claim: Claim | null = null;
  if (key) {
    claim = await claimIdempotencyKey(locals.app.db, {
      actor_id: actor.id,
      key,
      hash: sha256(`${definition.method} ${url.pathname}${url.search}\n${text}`),
    });
    if (claim.kind === 'conflict') refuse(409, claim.detail, undefined, claim.headers);
    if (claim.kind === 'replay') return replay(claim);
  }
  try {
    const result = await definition.run({
      app: locals.app,
      actor,
      firm,
      params,
      query,
      body,
      request,
      url,
      request_id: locals.request_id,
      client_address: event.getClientAddress(),
    });
    if (result instanceof Response) return result;
    const status = definition.response.status ?? 200;
    const answer = result === undefined ? '' : JSON.stringify(result);
    if (claim?.kind === 'claimed') await claim.finish(status, answer);
    return json(request, answer, result === undefined ? 204 : status);
  } catch (cause) {
    if (claim?.kind === 'claimed') await claim.release();
    throw cause;
  }
}

// --- access ---------------------------------------------------------------------------------------

const NOBODY: Actor = {
  kind: 'key',
  id: '00000000-0000-0000-0000-000000000000',
  name: 'anybody',
  firm: null,
  firm_scopes: [],
  operator_scopes: [],
};

/** The actor and the firm to work for; refuses with 401 or 403 and says what is missing. */
export function authorise(access: Access, actor: Actor | null): { actor: Actor; firm: Firm | null } {
  if (access === 'public') return { actor: actor ?? NOBODY, firm: actor?.firm ?? null };
  if (!actor)
    refuse(401, 'Send a key in the header "Authorization: Bearer glk_…", or sign in.', undefined, {
      'www-authenticate': 'Bearer realm="greenlane"',
    });
  const for_firm =
    access.side !== 'operator' && actor.firm !== null && actor.firm_scopes.includes(access.scope);
  if (for_firm) return { actor, firm: actor.firm };
  const for_operator = access.side !== 'firm' && actor.operator_scopes.includes(access.scope);
  if (for_operator) return { actor, firm: null };
  const whose = access.side === 'operator' ? 'of the operator' : access.side === 'firm' ? 'of a firm' : '';
  const what = actor.kind === 'key' ? 'This key' : 'Your role';
  refuse(
    403,
    `${what} does not carry the scope ${access.scope}${whose && ` ${whose}`}. Ask an owner or administrator for it.`,
  );
}

function requireSameOrigin(request: Request, url: URL): void {
  const origin = request.headers.get('origin');
  const site = request.headers.get('sec-fetch-site');
  if (
    (origin !== null && origin !== url.origin) ||
    (site !== null && site !== 'same-origin' && site !== 'none')
  )
    refuse(403, 'A browser session may write only from the pages of this installation. Use a key instead.');
}

// --- input ----------------------------------------------------------------------------------------

function parse<T>(
  schema: z.ZodType<T> | undefined,
  value: unknown,
  where: 'path' | 'query' | 'body',
  status: number,
): T {
  if (!schema) return nothing();
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.slice(0, 100).map((issue): ErrorPlace => {
    const path = issue.path.map(String);
    const place =
      where === 'body' ? { pointer: path.map((part) => `/${part}`).join('') } : { field: path.join('.') };
    return { ...place, code: issue.code, message: issue.message };
  });
  if (where === 'path') refuse(404, 'There is nothing at this address.');
  const first = errors[0];
  const at = first?.pointer ?? first?.field;
  refuse(
    status,
    `The ${where} cannot be used${at ? ` at ${at}` : ''}: ${first?.message ?? 'it is not valid'}.`,
    errors,
  );
}

/** The value of an input that the operation did not declare, and therefore never reads. */
function nothing<T>(): T {
  const absent: unknown = undefined;
  const typed: z.ZodType<T> = z.custom<T>();
  return typed.parse(absent);
}

/** Repeated parameters become a list; an empty one is absent. */
function queryObject(url: URL): Record<string, string | string[]> {
  const found: Record<string, string | string[]> = {};
  for (const name of new Set(url.searchParams.keys())) {
    const values = url.searchParams.getAll(name).filter((value) => value !== '');
    const [first] = values;
    if (first !== undefined) found[name] = values.length === 1 ? first : values;
  }
  return found;
}

function requireMediaType(request: Request, accepted: readonly string[]): void {
  const type = mediaType(request);
  if (!accepted.includes(type))
    refuse(415, `The body is ${type || 'of no named type'}; send ${accepted.join(', ')} in Content-Type.`);
}

export function mediaType(request: Request): string {
  return request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
}

async function readBody(request: Request, bytes_max: number): Promise<string> {
  const type = mediaType(request);
  if (type !== 'application/json' && !type.endsWith('+json'))
    refuse(415, `The body is ${type || 'of no named type'}; send application/json in Content-Type.`);
  const bytes = await readBytes(request, bytes_max);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    refuse(422, 'The body is not UTF-8. JSON is always UTF-8.');
  }
}

/** The whole body, refused with 413 as soon as it passes the limit. */
export async function readBytes(request: Request, bytes_max: number): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () =>
    refuse(413, `The body is larger than ${Math.round(bytes_max / 1024 / 1024)} MB. Send it in parts.`);
  if (Number(request.headers.get('content-length') ?? 0) > bytes_max) tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > bytes_max) tooLarge();
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    refuse(422, `The body is not JSON: ${cause instanceof Error ? cause.message : 'it cannot be read'}.`);
  }
}

// --- output ---------------------------------------------------------------------------------------

function json(request: Request, answer: string, status: number): Response {
  if (status === 204) return new Response(null, { status });
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'cache-control': 'private, no-cache',
  };
  if (request.method === 'GET' && status === 200) {
    headers.etag = `"${sha256(answer).slice(0, 32)}"`;
    if (
      request.headers
        .get('if-none-match')
        ?.split(/\s*,\s*/)
        .includes(headers.etag)
    )
      return new Response(null, { status: 304, headers });
  }
  return new Response(answer, { status, headers });
}

function replay(claim: Extract<Claim, { kind: 'replay' }>): Response {
  return new Response(claim.answer || null, {
    status: claim.answer ? claim.status : 204,
    headers: { 'content-type': 'application/json', 'idempotency-replayed': 'true' },
  });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

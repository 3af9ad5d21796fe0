import type { Actor } from '#lib/domain/accounts/actor.ts';
import type { App } from '#lib/server/app.ts';
import { respond, type Operation } from '#lib/server/http/operation.ts';

type Asked = {
  actor: Actor | null;
  query?: Record<string, string>;
  params?: Record<string, string>;
  headers?: Record<string, string>;
  body?: unknown;
};

/** Asks an operation of the contract as its address would be asked; `json` is whatever it answers. */
export async function ask<P, Q, B>(
  app: App,
  definition: Operation<P, Q, B>,
  { actor, query, params, headers, body }: Asked,
): Promise<{ status: number; json: unknown }> {
  const url = new URL(`/api/v1${definition.path}`, 'http://127.0.0.1:3000');
  url.search = new URLSearchParams(query).toString();
  const request = new Request(url, {
    method: definition.method.toUpperCase(),
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const response = await respond(definition, {
    request,
    url,
    params: params ?? {},
    locals: { app, actor, request_id: 'req-0001' },
    getClientAddress: () => '127.0.0.1',
  });
  const text = await response.text();
  const json: unknown = text === '' ? null : JSON.parse(text);
  return { status: response.status, json };
}

import type { z } from 'zod';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import type { App } from '#lib/server/app.ts';
import { respond, type Operation } from '#lib/server/http/operation.ts';

type Given = {
  actor?: Actor | null;
  params?: Record<string, string>;
  query?: Record<string, string>;
  body?: unknown;
  headers?: Record<string, string>;
};

export type Called = { status: number; text: string; headers: Headers; json: <T>(schema: z.ZodType<T>) => T };

/** Sends a request to an operation as a program would; the answer is read whole. */
export async function call<P, Q, B>(
  app: App,
  operation: Operation<P, Q, B>,
  given: Given = {},
): Promise<Called> {
  const url = new URL(`http://127.0.0.1:3000/api/v1${operation.path}`);
  for (const [name, value] of Object.entries(given.query ?? {})) url.searchParams.set(name, value);
  const has_body = given.body !== undefined;
  const request = new Request(url, {
    method: operation.method.toUpperCase(),
    headers: { ...(has_body ? { 'content-type': 'application/json' } : {}), ...given.headers },
    ...(has_body ? { body: JSON.stringify(given.body) } : {}),
  });
  const response = await respond(operation, {
    request,
    url,
    params: given.params ?? {},
    locals: { app, actor: given.actor ?? null, request_id: 'R-TEST' },
    getClientAddress: () => '127.0.0.1',
  });
  const text = await response.text();
  return {
    status: response.status,
    text,
    headers: response.headers,
    json: (schema) => schema.parse(JSON.parse(text)),
  };
}

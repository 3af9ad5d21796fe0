import { Writable } from 'node:stream';
import pino from 'pino';
import { expect } from 'vitest';
import { z } from 'zod';
import type { Actor, Firm } from '#lib/domain/accounts/actor.ts';
import type { App } from '#lib/server/app.ts';
import { operation, type RequestLike } from '#lib/server/http/operation.ts';
import { firmActor } from './factories.ts';

export const REQUEST_ID = 'req-0001';
export const FIRM: Firm = {
  id: '0b4f4a0e-3c55-4b8e-9d1c-2f6d3f1f8a77',
  slug: 'sample',
  name: 'Sample Infant Goods',
  uscc: null,
  customs_office: '3104',
  time_zone: 'Asia/Shanghai',
  is_sample: false,
};
export const writer = firmActor(FIRM, ['portfolio:read', 'portfolio:write']);

/** What a test says about its request; the rest is JSON to one address. */
export type Given = {
  method?: string;
  path?: string;
  params?: Record<string, string>;
  headers?: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  actor?: Actor | null;
  app?: App;
};

/** A request as the framework hands it over; JSON unless said otherwise. */
export function requestOf(app: App, given: Given = {}): RequestLike {
  const url = new URL(given.path ?? '/api/v1/things', 'http://127.0.0.1:3000');
  const { body, method = body === undefined ? 'GET' : 'POST' } = given;
  const init: RequestInit & { duplex: 'half' } = {
    method,
    duplex: 'half',
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...given.headers },
    body,
  };
  return {
    request: new Request(url, init),
    url,
    params: given.params ?? {},
    locals: {
      app: given.app ?? app,
      actor: given.actor === undefined ? writer : given.actor,
      request_id: REQUEST_ID,
    },
    getClientAddress: () => '127.0.0.1',
  };
}

/** An app whose log lines can be read. */
export function loggedBy(app: App): { app: App; lines: () => string } {
  let text = '';
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  return { app: { ...app, log: pino({ level: 'debug' }, sink) }, lines: () => text };
}

export async function problemOf(response: Response) {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const problem = z
    .object({
      type: z.literal('about:blank'),
      title: z.string(),
      status: z.literal(response.status),
      detail: z.string().regex(/[.]$/),
      request_id: z.literal(REQUEST_ID),
      errors: z.array(z.record(z.string(), z.union([z.string(), z.number()]))).optional(),
    })
    .parse(await response.json());
  return { status: response.status, detail: problem.detail, errors: problem.errors ?? [] };
}

/** Expects this refusal and returns its errors. (A regular expression inside toMatchObject matches anything.) */
export async function expectProblem(response: Response, status: number, detail: string | RegExp) {
  const problem = await problemOf(response);
  expect(problem.status).toBe(status);
  if (typeof detail === 'string') expect(problem.detail).toBe(detail);
  else expect(problem.detail).toMatch(detail);
  return problem.errors;
}

/** Counts its runs, so that a test sees whether work was done twice. */
export function createThing(work: (run: number) => unknown = (run) => ({ run })) {
  let runs = 0;
  const create = operation({
    method: 'post',
    path: '/things',
    tag: 'Operation',
    summary: 'Creates a thing',
    access: { scope: 'portfolio:write', side: 'either' },
    body: z.object({ name: z.string(), at: z.iso.date().optional() }),
    body_bytes_max: 2_000,
    is_idempotent: true,
    response: { status: 201, description: 'The thing' },
    run: async () => work((runs += 1)),
  });
  return { create, runs: () => runs };
}

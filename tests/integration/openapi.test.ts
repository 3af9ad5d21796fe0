import { glob, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { SCOPES } from '#lib/domain/accounts/actor.ts';
import { exampleOf } from '#lib/server/http/docs-example.ts';
import { describeApi, describeOperation } from '#lib/server/http/docs.ts';
import { openApiDocument, operationId } from '#lib/server/http/openapi.ts';
import { OPERATIONS, type ListedOperation } from '#lib/server/http/operations.ts';
import { operation } from '#lib/server/http/operation.ts';
import { mountsIn, unmatched, type Mount } from '../support/mounted-routes.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const ROUTES = 'src/routes/api/v1';
const document = openApiDocument(OPERATIONS);
const text = JSON.stringify(document);

async function mounts(): Promise<Mount[]> {
  const found: Mount[] = [];
  for await (const file of glob(`${ROUTES}/**/+server.ts`, { cwd: ROOT }))
    found.push(...(await mountsIn(file.slice(ROUTES.length), await readFile(resolve(ROOT, file), 'utf8'))));
  return found;
}

describe('the list of operations and the routes', () => {
  test('name each other: nothing is mounted that is not listed, nothing listed that is not mounted', async () => {
    expect(unmatched(await mounts(), OPERATIONS)).toEqual([]);
  });

  const source = (call: string) => `
    import { getOpenApi } from '#lib/server/http/operations.ts';
    export const GET: RequestHandler = (event) => respond(${call}, event);`;

  test('are found to differ when a route is not listed, or mounted elsewhere, or a listed one has no route', async () => {
    const at = async (path: string, call = 'getOpenApi') => mountsIn(`/${path}/+server.ts`, source(call));
    const listed = OPERATIONS.filter(({ path }) => path === '/openapi.json');
    expect(unmatched(await at('openapi.json'), listed)).toEqual([]);
    expect(unmatched(await at('openapi.json'), [])).toEqual(['GET /openapi.json is mounted but not listed']);
    expect(unmatched([], listed)).toEqual(['GET /openapi.json is listed but not mounted']);
    expect(unmatched(await at('elsewhere'), listed)).toContain(
      'GET /elsewhere mounts the operation of GET /openapi.json',
    );
    expect(unmatched([...(await at('openapi.json')), ...(await at('openapi.json'))], listed)).toEqual([
      'GET /openapi.json is mounted 2 times',
    ]);
    await expect(at('openapi.json', 'other')).rejects.toThrow('imports no operation other');
  });

  test('are found to differ when a route answers by itself', async () => {
    const own = `export const GET = () => new Response('mine');`;
    await expect(mountsIn('/own/+server.ts', own)).rejects.toThrow('exports GET otherwise than by respond');
    const function_ = `export async function POST(event) { return respond(getOpenApi, event); }`;
    await expect(mountsIn('/own/+server.ts', function_)).rejects.toThrow('exports POST otherwise');
  });
});

describe('each operation', () => {
  test.each(OPERATIONS.map((one) => [`${one.method} ${one.path}`, one] as const))(
    '%s is told',
    (_name, one) => {
      expect(one.summary).toMatch(/^\p{Lu}.{4,}[^.]$/u);
      expect(one.response.description).toMatch(/\S{3}/);
      if (typeof one.access === 'object')
        expect(SCOPES).toEqual(expect.arrayContaining([one.access.scope].flat()));
      for (const [, name] of one.path.matchAll(/\{(\w+)\}/g))
        expect(documented(one).parameters).toContainEqual(expect.objectContaining({ in: 'path', name }));
      if (one.method === 'get') expect(one.body ?? one.raw_body).toBeUndefined();
    },
  );

  test('has an id of its own', () => {
    const ids = OPERATIONS.map(operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('that changes something is never public', () => {
    const open = OPERATIONS.filter(({ access, method }) => access === 'public' && method !== 'get');
    expect(open).toEqual([]);
  });
});

/** The document as a reader of its text gets it. */
function read(json: string) {
  return z.record(z.string(), z.unknown()).parse(JSON.parse(json));
}

function documented(one: ListedOperation) {
  const found = document.paths[one.path]?.[one.method];
  if (!found) throw new Error(`${one.method} ${one.path} is not in the document`);
  return found;
}

describe('the document', () => {
  test('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    const answer = await validator.validate(read(text));
    expect(answer.errors ?? []).toEqual([]);
    expect([answer.valid, validator.version]).toEqual([true, '3.1']);
  });

  test('would be found invalid with a wrong part', async () => {
    const damaged = text.replace('"in":"header"', '"in":"nowhere"');
    expect((await new Validator().validate(read(damaged))).valid).toBe(false);
  });

  test('holds everything that it refers to', () => {
    const references = [...text.matchAll(/"\$ref":"#\/components\/(\w+)\/([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(5);
    expect(text).not.toContain('$defs');
    for (const [, shelf, name] of references)
      expect(document.components).toHaveProperty([shelf ?? '', name ?? '']);
  });

  test('names the scope, the refusals and the headers of an operation', () => {
    const create = operation({
      method: 'post',
      path: '/things/{id}/parts',
      tag: 'Operation',
      summary: 'Adds a part',
      access: { scope: 'portfolio:write', operator_scope: 'rules:write', side: 'either' },
      params: z.object({ id: z.uuid() }),
      query: z.object({ at: z.iso.date(), limit: z.coerce.number().int().default(50) }),
      body: z.object({ name: z.string() }),
      is_idempotent: true,
      response: { status: 201, description: 'The part', schema: z.object({ id: z.uuid() }) },
      run: async () => ({}),
    });
    const made = openApiDocument([create]).paths['/things/{id}/parts']?.post;
    expect(made).toMatchObject({
      operationId: 'postThingsByIdParts',
      security: [{ key: ['portfolio:write'] }, { key: ['rules:write'] }],
      'x-side': 'either',
      requestBody: { required: true, content: { 'application/json': {} } },
    });
    expect(Object.keys(made?.responses ?? {})).toEqual([
      '201',
      '401',
      '403',
      '404',
      '409',
      '413',
      '415',
      '422',
      '500',
      '503',
    ]);
    expect(made?.parameters).toEqual([
      { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
      { name: 'at', in: 'query', required: true, schema: { type: 'string', format: 'date' } },
      expect.objectContaining({ name: 'limit', required: false }),
      { $ref: '#/components/parameters/GreenlaneFirm' },
      { $ref: '#/components/parameters/IdempotencyKey' },
    ]);
  });

  test('keeps two forms of one name apart, and one form once', () => {
    const thing = z.object({ at: z.string().default('now') }).meta({ id: 'Thing' });
    const both = (path: string) =>
      operation({
        method: 'post',
        path,
        tag: 'Operation',
        summary: 'Takes and gives',
        access: 'public',
        body: z.object({ thing }),
        response: { description: 'It', schema: z.object({ thing }) },
        run: async () => ({}),
      });
    const { schemas } = openApiDocument([both('/a'), both('/b')]).components;
    expect(Object.keys(schemas).filter((name) => name.startsWith('Thing'))).toEqual(['Thing', 'Thing2']);
    expect(schemas.Thing?.required).toBeUndefined();
    expect(schemas.Thing2?.required).toEqual(['at']);
    expect(schemas.PostABody?.properties).toEqual({ thing: { $ref: '#/components/schemas/Thing' } });
    expect(schemas.PostAAnswer?.properties).toEqual({ thing: { $ref: '#/components/schemas/Thing2' } });
  });
});

describe('the readable reference', () => {
  const origin = 'http://127.0.0.1:3000';
  const index = describeApi(document);
  const listed = index.sections.flatMap(({ operations }) => operations);
  const shownOf = (one: ListedOperation) =>
    describeOperation(openApiDocument([one]), { id: operationId(one), origin });

  test('shows every operation once, with an example to run', () => {
    expect(listed.map(({ id }) => id).sort()).toEqual(OPERATIONS.map(operationId).sort());
    for (const { id } of listed) {
      const { curl, scopes } = describeOperation(document, { id, origin }) ?? { curl: '', scopes: [] };
      expect(curl).toMatch(/^curl .*'http:\/\/127\.0\.0\.1:3000\/api\/v1\//);
      expect(curl.includes('$GREENLANE_KEY')).toBe(scopes.length > 0);
    }
  });

  test('gives each section an address of its own', () => {
    const slugs = index.sections.map(({ slug }) => slug);
    expect(slugs).toContain('clearance');
    expect(new Set(slugs).size).toBe(slugs.length);
    for (const slug of slugs) expect(slug).toMatch(/^[a-z]+$/);
    expect(describeOperation(document, { id: 'getNothing', origin })).toBeNull();
  });

  test('gives examples that the operation itself would take', () => {
    for (const one of OPERATIONS) {
      const schema = documented(one).requestBody?.content['application/json']?.schema;
      if (one.body && schema)
        expect({ path: one.path, ...one.body.safeParse(exampleOf(document, schema)) }).toMatchObject({
          success: true,
        });
    }
  });

  test('ends on a schema that contains itself', () => {
    const tree = z.object({
      name: z.string(),
      get children() {
        return z.array(tree);
      },
    });
    const grow = operation({
      method: 'post',
      path: '/trees',
      tag: 'Operation',
      summary: 'Grows a tree',
      access: 'public',
      body: tree,
      response: { description: 'The tree', schema: tree },
      run: async () => ({}),
    });
    const shown = shownOf(grow);
    expect(shown?.body?.fields.map(({ name }) => name)).toContain('children[].name');
  });

  test('names the type of a value that may hold any other, itself among them', () => {
    const remember = operation({
      method: 'post',
      path: '/memories/{memory_no}.json',
      tag: 'Operation',
      summary: 'Keeps anything',
      access: 'public',
      params: z.object({ memory_no: z.string() }),
      body: z.object({ before: z.json() }),
      response: { description: 'It' },
      run: async () => ({}),
    });
    const shown = shownOf(remember);
    expect(shown?.id).toBe('postMemoriesByMemoryNoJson');
    expect(shown?.body?.fields[0]?.type).toMatch(/^string \| number \| boolean \| null \| any\[\]/);
  });

  test('quotes an example for the shell', () => {
    const say = operation({
      method: 'post',
      path: '/say',
      tag: 'Operation',
      summary: 'Says it',
      access: 'public',
      body: z.object({ word: z.literal("don't; rm -rf") }),
      response: { description: 'It' },
      run: async () => ({}),
    });
    const shown = shownOf(say);
    expect(shown?.curl).toContain(String.raw`--data '{"word":"don'\''t; rm -rf"}'`);
  });
});

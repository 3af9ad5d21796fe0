import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openApiDocument } from '#lib/server/http/openapi.ts';
import { OPERATIONS } from '#lib/server/http/operations.ts';
import { typescriptClient } from '../support/typescript-client.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);
const asked = z.looseObject({ product_id: z.string(), report_id: z.string() });

let folder: string;
let example: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlane-client-'));
  example = join(folder, 'hold-orders.ts');
  await writeFile(join(folder, 'greenlane.ts'), typescriptClient(openApiDocument(OPERATIONS)));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await copyFile(resolve(ROOT, 'tests/fixtures/client/hold-orders.ts.txt'), example);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const FLAGS =
  '--noEmit --ignoreConfig --strict --target esnext --module esnext --moduleResolution bundler --allowImportingTsExtensions --skipLibCheck --lib esnext,dom,dom.iterable,dom.asynciterable';

/** What the compiler says; empty when it has nothing to say. */
async function complaints(file: string): Promise<string> {
  const tsc = resolve(ROOT, 'node_modules/typescript/bin/tsc');
  const flags = FLAGS.split(' ');
  return run(process.execPath, [tsc, ...flags, file], { cwd: folder }).then(
    () => '',
    (cause: unknown) => z.object({ stdout: z.string() }).parse(cause).stdout,
  );
}

describe('the client in TypeScript', () => {
  it('holds the types of every operation, and the example of an order system uses them', async () => {
    expect(await complaints(example)).toBe('');
    const wrong = join(folder, 'wrong.ts');
    await writeFile(
      wrong,
      `import { call } from './greenlane.ts';\nvoid call({ origin: '', key: '' }, 'getProductsRunway', { query: { within_days: 'soon' } });`,
    );
    expect(await complaints(wrong)).toContain("Type 'string' is not assignable to type 'number'");
  }, 120_000);

  it('holds an order until its verdict is green', async () => {
    const script = join(folder, 'run.ts');
    await writeFile(
      script,
      `import { holdOrder } from '${pathToFileURL(example).href}';
       const send = async (url, { method, headers, body }) => {
         console.log(JSON.stringify([method, String(url), headers.authorization, JSON.parse(body)]));
         const outcome = JSON.parse(body).report_id === 'new' ? 'green' : 'manual_review';
         const checks = [{ result: outcome === 'green' ? 'pass' : 'fail', blocks: true, reason: { en: 'Too old.' } }];
         return Response.json({ decision_id: 'D-1', outcome, checks });
       };
       for (const report_id of ['old', 'new'])
         console.log(JSON.stringify(await holdOrder({ origin: 'https://greenlane.example', key: 'glk_1', send },
           { order_no: 'SO-1', product_id: 'P', report_id, declaration_date: '2026-09-28' })));`,
    );
    const { stdout } = await run(process.execPath, [script]);
    const [request, held, , released] = stdout
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    const [method, url, authorization, body] = z.array(z.unknown()).parse(request);
    expect([method, url, authorization]).toEqual([
      'POST',
      'https://greenlane.example/api/v1/eligibility/decisions',
      'Bearer glk_1',
    ]);
    expect(asked.parse(body)).toMatchObject({ product_id: 'P', report_id: 'old' });
    expect(held).toEqual({ order_no: 'SO-1', is_held: true, decision_id: 'D-1', why: ['Too old.'] });
    expect(released).toMatchObject({ is_held: false, why: [] });
  });
});

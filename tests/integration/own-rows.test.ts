import { randomUUID } from 'node:crypto';
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { SCOPES, type Firm } from '#lib/domain/accounts/actor.ts';
import { OPERATIONS } from '#lib/server/http/operations.ts';
import { useDataDir } from '../support/accounts.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm, firmActor } from '../support/factories.ts';
import { ROOT } from '../support/run-tool.ts';
import { insertMinimalRow } from '../support/tenant-rows.ts';

/**
 * Every operation that takes the id of a firm's own row, asked by another firm that knows the id. Doors come from the
 * list of operations: a new one with an id stands in neither list below, and the build fails until it does.
 */
const database = useDatabase({ DATA_DIR: useDataDir() });

/** The table of a firm's rows behind an address, by its first part. */
const TABLES: Readonly<Record<string, string>> = {
  'clearance/imports': 'clearance_import',
  'clearance/records': 'clearance',
  'eligibility/decisions': 'eligibility_decision',
  'codes/platforms': 'code_platform',
  codes: 'code_status',
  products: 'product',
  reports: 'report',
  materials: 'material_declaration',
  'supplier-requests': 'supplier_request',
  'portfolio-imports': 'portfolio_import',
  subscriptions: 'subscription',
  endpoints: 'endpoint',
  'metric-alerts': 'metric_alert',
  alerts: 'alert',
  exclusions: 'subscription_exclusion',
  deliveries: 'delivery',
  feeds: 'feed_token',
  documents: 'document',
  push: 'push_browser',
  'saved-searches': 'saved_search',
};

/** Addresses whose parameters name nothing of a firm, or what each firm has under the same name. */
const SHARED = [
  ...[
    'sources',
    'snapshots',
    'pending-items',
    'signals',
    'items',
    'instruments',
    'versions',
    'labs',
    'baselines',
  ],
  ...[
    'clearance/baselines',
    'clearance/receipt-vendors',
    'clearance/receipt-codes',
    'clearance/receipt-readings',
  ],
  ...['portfolio-templates', 'templates', 'codes/events', 'glossary'],
];

const doors = OPERATIONS.filter(({ path }) => path.includes('{')).map(({ method, path }) => {
  const start = path.slice(1, path.indexOf('{')).replace(/\/$/, '');
  const name = [...Object.keys(TABLES), ...SHARED]
    .filter((known) => start === known || start.startsWith(`${known}/`))
    .sort((a, b) => b.length - a.length)[0];
  return { method: method.toUpperCase(), path, name };
});

test('every address with an id is known to be of a firm, or of nobody in particular', () => {
  expect(doors.flatMap(({ path, name }) => (name === undefined ? [path] : []))).toEqual([]);
});

let mine: Firm;
let other: Firm;
beforeAll(async () => {
  mine = await createFirm(database.current.owner);
  other = await createFirm(database.current.owner);
});

const own = doors.flatMap(({ method, path, name }) => {
  const table = name === undefined ? undefined : TABLES[name];
  return table === undefined ? [] : [{ method, path, table }];
});

test.each(own)('$method $path is shut to another firm, and leaves the row as it is', async (door) => {
  const { pg } = database.current.owner;
  const row = await insertMinimalRow(pg, `public.${door.table}`, mine.id);
  if (door.table === 'document')
    await pg.query('insert into document_content (document_id, firm_id, content) values ($1, $2, $3)', [
      ...[row.id, mine.id, Buffer.from('x')],
    ]);
  const key = door.path.includes('{id}') ? 'id' : 'declaration_no';
  const id = key === 'id' ? String(row.id) : String(row.declaration_no).padStart(18, '0');
  const state = async () => {
    const { rows } = await pg.query<{ row: string }>(
      `select to_jsonb(t)::text as row from "${door.table}" t where ${key} = $1`,
      [row[key]],
    );
    return rows;
  };
  const before = await state();
  const foreign = await ask(door, id, other);
  expect(await state()).toEqual(before);
  const at_home = await ask(door, id, mine);
  // A body that nobody may send says nothing of the row; what is gone already may be deleted again.
  const is_same_refusal = foreign.status === at_home.status && [400, 409, 415, 422].includes(foreign.status);
  const is_silent = foreign.status === 204 && door.method === 'DELETE';
  expect(foreign.status === 404 || is_same_refusal || is_silent, `${foreign.status} ${foreign.text}`).toBe(
    true,
  );
  if (door.method === 'GET' && key === 'id') expect(at_home.status, at_home.text).not.toBe(404);
});

const files = globSync('src/routes/api/v1/**/+server.ts', { cwd: ROOT });

async function ask(
  { method, path }: { method: string; path: string },
  id: string,
  firm: Firm,
): Promise<{ status: number; text: string }> {
  const file = `src/routes/api/v1${path.replaceAll(/\{(\w+)\}/g, '[$1]')}/+server.ts`;
  if (!files.includes(file)) throw new Error(`${file} is not found`);
  const module: unknown = await import(resolve(ROOT, file));
  const handler: unknown =
    typeof module === 'object' && module !== null
      ? Object.entries(module).find(([name]) => name === method)?.[1]
      : null;
  if (typeof handler !== 'function') throw new Error(`${file} has no ${method}`);
  const [first = 'id', ...more] = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const params = { [first]: id, ...Object.fromEntries(more.map((name) => [name, 'csv'])) };
  const url = new URL(`http://127.0.0.1:3000/api/v1${path}`);
  const has_body = !['GET', 'DELETE'].includes(method);
  const headers = new Headers(has_body ? { 'content-type': 'application/json' } : {});
  const request = new Request(url, { method, headers, ...(has_body ? { body: '{}' } : {}) });
  const locals = { app: database.current.app, actor: firmActor(firm, [...SCOPES]), request_id: randomUUID() };
  const event = { request, url, params, locals, getClientAddress: () => '127.0.0.1' };
  const answer: unknown = await Reflect.apply(handler, null, [event]);
  if (!(answer instanceof Response)) throw new Error(`${method} ${path} gave no answer`);
  return { status: answer.status, text: await answer.text() };
}

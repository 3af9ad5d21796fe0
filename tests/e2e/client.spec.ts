import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { createFirm } from '#lib/server/accounts/firms.ts';
import { createKey } from '#lib/server/accounts/keys.ts';
import { openApiDocument } from '#lib/server/http/openapi.ts';
import { OPERATIONS } from '#lib/server/http/operations.ts';
import { typescriptClient } from '../support/typescript-client.ts';
import { address, openApp } from './people.ts';

const run = promisify(execFile);

/** What an order system does in a night, with the client and the worked example as they are handed out. */
const SCRIPT = `
import { call, stream, Refused } from './greenlane.ts';
import { holdOrder, holdOrders } from './hold-orders.ts';
const [origin = '', key = ''] = process.argv.slice(2);
const connection = { origin, key };
const product = await call(connection, 'postProducts', {
  idempotency_key: 'product', body: { code: 'CRIB-1', name: 'Crib', category: 'crib', hs_code: '9403500090' },
});
const made_twice = await call(connection, 'postProducts', {
  idempotency_key: 'product', body: { code: 'CRIB-1', name: 'Crib', category: 'crib', hs_code: '9403500090' },
});
const refused = await call(connection, 'postProducts', {
  idempotency_key: 'product', body: { code: 'CRIB-2', name: 'Crib' },
}).catch((cause) => cause instanceof Refused && cause.status);
const report = await call(connection, 'postReports', { body: {
  report_no: 'SR-1', product_id: product.id, issued_on: '2026-08-01', standard: 'GB 31701-2026', lab: { cnas_id: 'CNAS L0290' },
  items: [{ clause: '4.8', verdict: 'pass' }],
} });
const order = { order_no: 'SO-0', product_id: product.id, report_id: report.id, declaration_date: '2026-08-20' };
const held = await holdOrder(connection, order);
const orders = Array.from({ length: 700 }, (_, index) => ({ ...order, order_no: 'SO-' + index }));
const answered = [];
for await (const one of holdOrders(connection, orders)) answered.push(one.order_no);
// The answer to the first question comes while the last one is not asked yet.
let ask = () => {};
const is_answered = new Promise((done) => { ask = done; });
async function* slowly() {
  yield { reference: 'first', product_id: order.product_id, report_id: order.report_id, declaration_date: order.declaration_date };
  yield '{ broken';
  await is_answered;
  yield { reference: 'last', product_id: order.product_id, report_id: order.report_id, declaration_date: order.declaration_date };
}
const told = [];
for await (const answer of stream(connection, 'postEligibilityDecisions', slowly(), { log: 'summary' })) {
  told.push('error' in answer ? [answer.line, answer.error.code] : answer.reference);
  ask();
}
console.log(JSON.stringify({ is_one: product.id === made_twice.id, refused, held,
  is_in_order: answered.join() === orders.map(({ order_no }) => order_no).join(), told }));
`;

test('an order system streams its orders through the generated client', async () => {
  const app = openApp();
  const slug = `orders-${randomBytes(4).toString('hex')}`;
  await createFirm(app, { slug, name: 'Order System', uscc: null });
  const made = await createKey(app, {
    firm_slug: slug,
    scopes: ['eligibility:check', 'portfolio:read', 'portfolio:write'],
    name: 'orders',
  });
  if (!made.ok) throw new Error(made.problem);
  const folder = await mkdtemp(join(tmpdir(), 'greenlane-orders-'));
  try {
    await writeFile(join(folder, 'greenlane.ts'), typescriptClient(openApiDocument(OPERATIONS)));
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    await writeFile(join(folder, 'run.ts'), SCRIPT);
    const example = resolve(import.meta.dirname, '../fixtures/client/hold-orders.ts.txt');
    await copyFile(example, join(folder, 'hold-orders.ts'));
    const { stdout } = await run(process.execPath, [join(folder, 'run.ts'), address(), made.secret]);
    expect(JSON.parse(stdout)).toMatchObject({
      is_one: true,
      refused: 409,
      held: { order_no: 'SO-0', is_held: true },
      is_in_order: true,
      told: ['first', [2, 'json'], 'last'],
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { expect, test, type Page } from '@playwright/test';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import { createFirm } from '#lib/server/accounts/firms.ts';
import { createKey, type KeyInput } from '#lib/server/accounts/keys.ts';
import type { App } from '#lib/server/app.ts';
import { setUpLink } from '../support/set-up.ts';
import { startSmtp } from '../support/smtp-sink.ts';
import { freePort, type Started } from '../support/start.ts';
import { appOf, startProgram, type Program } from './program.ts';

/** The program looks for what is to be sent every few seconds. */
const DELIVERED_WITHIN_MS = 60_000;

/** An installation of its own: it has a mail server, and may post to the receivers on this machine. */
let program: Program;
let started: Started;
let app: App;
let smtp: ReturnType<typeof startSmtp>;
let receiver: Server;
let receiver_url = '';
type Posted = { url: URL; headers: Record<string, string>; body: string };
const posted: Posted[] = [];

test.beforeAll(async () => {
  const smtp_port = await freePort();
  smtp = startSmtp(smtp_port);
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      const body = Buffer.concat(chunks).toString('utf8');
      posted.push({ url: new URL(request.url ?? '/', 'http://receiver'), headers, body });
      response.end('{"errcode":0,"errmsg":"ok"}');
    });
  });
  await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
  const address = receiver.address();
  receiver_url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  program = await startProgram({
    SMTP_URL: `smtp://127.0.0.1:${smtp_port}`,
    MAIL_FROM: 'Greenlane <alerts@greenlane.example>',
    ALLOW_PRIVATE_ADDRESSES: '127.0.0.0/8',
  });
  started = program.started;
  app = appOf(program);
});

test.afterAll(async () => {
  await app.close();
  await program.stop();
  receiver.closeAllConnections();
  receiver.close();
  await smtp.stop();
});

test('an interpretation of clause 4.12 reaches mail, webhook, robot, the open inbox and a feed, each with the reason', async ({
  page,
}) => {
  await setUp(page);
  const maker = await aKey({ firm_slug: 'sample-infant-goods', scopes: ['alerts:read', 'alerts:write'] });
  const hook = await call(maker, 'POST', '/endpoints', { url: `${receiver_url}/hook` });
  const robot = await call(maker, 'POST', '/endpoints', {
    url: `${receiver_url}/robot?access_token=sample`,
    format: 'dingtalk',
    secret: 'SECsample',
  });
  await call(maker, 'POST', '/subscriptions', {
    topic: { instruments: ['gb-31701-2026'], provisions: ['4.12'] },
    channels: [
      { kind: 'inbox' },
      { kind: 'email' },
      { kind: 'webhook', endpoint_id: hook.id },
      { kind: 'webhook', endpoint_id: robot.id },
    ],
  });
  const feed = await call(maker, 'POST', '/feeds', {});
  const others = await someOthers();

  await page.goto(`${started.address}/alerts`);
  await expect(page.getByText('Nothing here')).toBeVisible();
  await page.evaluate(() => document.body.setAttribute('data-since', 'before'));
  await publish();

  // The inbox that was open all the while.
  const reason = 'You follow clause 4.12, “GB 31701-2026”.';
  await expect(page.getByText(reason)).toBeVisible();
  await expect(page.locator('body')).toHaveAttribute('data-since', 'before');

  await expect.poll(() => posted.length, { timeout: DELIVERED_WITHIN_MS }).toBe(2);
  const [request] = posted.filter(({ url }) => url.pathname === '/hook');
  const told = new Webhook(hook.secret ?? '').verify(request?.body ?? '', request?.headers ?? {});
  const what_changed = expect.stringMatching(/clause.*4\.12/);
  expect(told).toMatchObject({
    type: 'rule.published',
    data: { why: reason, from_when: 'In force from 2031-09-01', what_changed },
  });
  const [talk] = posted.filter(({ url }) => url.pathname === '/robot');
  const query = Object.fromEntries(talk?.url.searchParams ?? []);
  const sign = createHmac('sha256', 'SECsample').update(`${query.timestamp}\nSECsample`).digest('base64');
  expect(query).toMatchObject({ access_token: 'sample', sign });
  const said = z.object({ markdown: z.object({ text: z.string() }) }).parse(JSON.parse(talk?.body ?? ''));
  expect(said.markdown.text).toContain('You follow clause 4.12, “GB 31701-2026”.');

  await expect.poll(() => smtp.received.length, { timeout: DELIVERED_WITHIN_MS }).toBe(1);
  const [mail] = smtp.received;
  expect(mail?.recipients).toEqual(['ann@example.org']);
  expect(mail?.from?.text).toContain('alerts@greenlane.example');
  expect(mail?.subject).toContain('Interpretation of clause 4.12');
  expect(mail?.text).toContain(reason);
  expect(String(mail?.html)).toContain('opened and closed 12,000 times');
  expect(mail?.headers.get('list-unsubscribe-post') ?? mail?.headers.get('list')).toBeTruthy();

  const entries = await (await fetch(feed.atom_url ?? '')).text();
  expect(entries).toContain('Interpretation of clause 4.12');
  expect(entries).toContain(reason);

  for (const key of others) {
    const { items } = await call(key, 'GET', '/alerts');
    expect(items).toEqual([]);
  }
});

/** The first person and their firm, as the one-time link makes them. */
async function setUp(page: Page): Promise<void> {
  await page.goto(setUpLink(started) ?? '');
  await page.fill('[name=name]', 'Ann Sample');
  await page.fill('[name=email]', 'ann@example.org');
  await page.fill('[name=password]', 'quiet-river-lamp-42');
  await page.fill('[name=firm_name]', 'Sample Infant Goods');
  await page.click('main button:not([name])');
  await page.waitForURL('**/overview');
}

/** A firm that follows something else, and one that has unsubscribed; both with the receiver as their endpoint. */
async function someOthers(): Promise<string[]> {
  const keys: string[] = [];
  for (const slug of ['follows-another', 'unsubscribed']) {
    const made = await createFirm(app, { slug, name: slug, uscc: null });
    if (!made.ok) throw new Error(made.problem);
    const key = await aKey({ firm_slug: slug, scopes: ['alerts:read', 'alerts:write'] });
    await call(key, 'POST', '/endpoints', { url: `${receiver_url}/${slug}` });
    const topic = slug === 'unsubscribed' ? {} : { pending_items: ['shenzhen-electronics'] };
    const channels = [{ kind: 'inbox' }, { kind: 'webhook' }];
    const { id } = await call(key, 'POST', '/subscriptions', { topic, channels });
    if (slug === 'unsubscribed') await call(key, 'DELETE', `/subscriptions/${id}`);
    keys.push(key);
  }
  return keys;
}

/** Drafted by one, approved and published by another. */
async function publish(): Promise<void> {
  const [drafter, approver] = [
    await aKey({ operator: true, scopes: ['rules:read', 'rules:write'] }),
    await aKey({ operator: true, scopes: ['rules:read', 'rules:write'] }),
  ];
  const { id } = await call(drafter, 'POST', '/instruments/gb-31701-2026/versions', {
    label: 'Interpretation of clause 4.12',
    valid_from: '2031-09-01',
    source_url: 'https://example.org/notice',
    provisions: [
      { path: '4.12', text: 'The hinge is opened and closed 12,000 times.', status: 'interpreted' },
    ],
  });
  await call(approver, 'POST', `/versions/${id}/approve`, {});
  await call(approver, 'POST', `/versions/${id}/publish`, {});
}

async function aKey(asked: KeyInput): Promise<string> {
  const made = await createKey(app, asked);
  if (!made.ok) throw new Error(made.problem);
  return made.secret;
}

const answer = z.looseObject({
  id: z.string().optional(),
  secret: z.string().optional(),
  atom_url: z.string().optional(),
  items: z.array(z.unknown()).optional(),
});

async function call(key: string, method: string, path: string, body?: unknown) {
  const response = await fetch(`${started.address}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return answer.parse(text === '' ? {} : JSON.parse(text));
}

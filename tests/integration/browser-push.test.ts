import { createServer, type Server } from 'node:http';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import { deliverDue } from '#lib/server/alerts/deliver.ts';
import { getPushBrowsers, postPushBrowser, removePushBrowser } from '#lib/server/alerts/push-api.ts';
import { postSubscription } from '#lib/server/alerts/subscriptions-api.ts';
import { useDataDir } from '../support/accounts.ts';
import { aFirm, aPerson, happens, subscribe } from '../support/alerts.ts';
import { call } from '../support/call.ts';
import { useDatabase } from '../support/database.ts';
import { aBrowserAt } from '../support/push-browser.ts';

const database = useDatabase({ DATA_DIR: useDataDir(), ALLOW_PRIVATE_ADDRESSES: '127.0.0.0/8' });
const app = () => database.current.app;
const deliver = () => deliverDue(database.current.worker, { clock: async () => new Date() });

/** A push service: `/gone` knows the browser no more. */
let service: Server;
let address = '';
const pushed: { path: string; headers: Record<string, unknown>; body: Buffer }[] = [];
beforeAll(async () => {
  service = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      pushed.push({ path, headers: request.headers, body: Buffer.concat(chunks) });
      response.writeHead(path === '/gone' ? 410 : path === '/busy' ? 503 : 201).end();
    });
  });
  await new Promise<void>((listening) => service.listen(0, '127.0.0.1', listening));
  const bound = service.address();
  address = `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : 0}`;
});
afterAll(() => {
  service.closeAllConnections();
  service.close();
});
beforeEach(async () => {
  pushed.length = 0;
  await sql`truncate alert, subscription, push_browser cascade`.execute(database.current.owner.db);
});

const aBrowser = (path: string) => aBrowserAt(`${address}${path}`);

async function aSubscriber(): Promise<Actor> {
  const { owner } = database.current;
  const person = await aPerson(owner, (await aFirm(owner)).firm);
  await subscribe(app(), person, { channels: [{ kind: 'push' }] });
  return person;
}
const listed = z.object({
  public_key: z.string(),
  items: z.array(z.object({ id: z.string(), host: z.string(), last_success_at: z.string().nullable() })),
});
const shown = z.looseObject({ title: z.string(), url: z.string(), tag: z.string() });
const browsersOf = async (actor: Actor) => (await call(app(), getPushBrowsers, { actor })).json(listed);

test('a browser that was allowed is told a title and a link, which it alone can open; one that is gone is forgotten', async () => {
  const person = await aSubscriber();
  const [here, gone] = [aBrowser('/here'), aBrowser('/gone')];
  for (const { body } of [here, gone])
    expect((await call(app(), postPushBrowser, { actor: person, body })).status).toBe(201);
  await happens(app());
  expect(await deliver()).toMatchObject({ delivered: 1 });
  const message = pushed.find(({ path }) => path === '/here');
  expect(message?.headers).toMatchObject({ 'content-encoding': 'aes128gcm', ttl: '259200' });
  const { public_key, items } = await browsersOf(person);
  expect(message?.headers.authorization).toMatch(new RegExp(`^vapid t=\\S+, k=${public_key}$`));
  const { title, url, tag, ...more } = shown.parse(JSON.parse(here.open(message?.body ?? Buffer.alloc(0))));
  expect([title, more]).toEqual(['Interpretation of clause 4.12: now issued', {}]);
  expect(url).toMatch(/^http.*\/alerts\?id=[0-9a-f-]{36}$/);
  expect(tag).toMatch(/^msg_/);
  expect(() => gone.open(message?.body ?? Buffer.alloc(0))).toThrow();
  expect(items).toMatchObject([{ host: new URL(address).host }]);
  expect(items[0]?.last_success_at).not.toBeNull();
});

test('a delivery ends when the last browser is gone, and is tried again while a service is busy', async () => {
  const [lost, busy] = [await aSubscriber(), await aSubscriber()];
  await call(app(), postPushBrowser, { actor: lost, body: aBrowser('/gone').body });
  await call(app(), postPushBrowser, { actor: busy, body: aBrowser('/busy').body });
  await happens(app());
  expect(await deliver()).toMatchObject({ cancelled: 1, failed: 1, delivered: 0 });
  expect((await browsersOf(lost)).items).toEqual([]);
  expect((await browsersOf(busy)).items).toHaveLength(1);
});

test('a private address is refused, also when it is one only at the moment of sending', async () => {
  const person = await aSubscriber();
  const body = { ...aBrowser('/x').body, endpoint: 'http://10.0.0.1/push' };
  expect((await call(app(), postPushBrowser, { actor: person, body })).status).toBe(422);
  await call(app(), postPushBrowser, { actor: person, body: aBrowser('/later').body });
  await sql`update push_browser set endpoint = 'http://10.0.0.1/push'`.execute(database.current.owner.db);
  await happens(app());
  await deliver();
  const { rows } = await sql<{ problem: string }>`select problem from delivery`.execute(
    database.current.owner.db,
  );
  expect(rows).toEqual([{ problem: 'address_not_allowed' }]);
});

test('belongs to a person: a key is refused, another person sees and removes none of it', async () => {
  const { owner } = database.current;
  const { actor: key, firm } = await aFirm(owner);
  const person = await aPerson(owner, firm);
  const colleague = await aPerson(owner, firm);
  const channels = [{ kind: 'push' as const }];
  expect((await call(app(), postSubscription, { actor: key, body: { channels } })).status).toBe(422);
  expect((await call(app(), postPushBrowser, { actor: key, body: aBrowser('/k').body })).status).toBe(422);
  await call(app(), postPushBrowser, { actor: person, body: aBrowser('/p').body });
  expect((await browsersOf(colleague)).items).toEqual([]);
  const [mine] = (await browsersOf(person)).items;
  const params = { id: mine?.id ?? '' };
  expect((await call(app(), removePushBrowser, { actor: colleague, params })).status).toBe(404);
  expect((await call(app(), removePushBrowser, { actor: person, params })).status).toBe(204);
});

import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { expect, test, type Page } from '@playwright/test';
import { z } from 'zod';
import { createApp } from '#lib/server/app.ts';
import { watchHours } from '#lib/server/alerts/watch-hours.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { appendEvent } from '#lib/server/events/append.ts';
import { aBrowserAt } from '../support/push-browser.ts';
import { address, importFile, openApp, signInAsNew, weeksOfRecords } from './people.ts';
import { expectSound } from './sound.ts';

test('an alert on hours is tried on history, saved, judged, and switched off', async ({ page }) => {
  await signInAsNew(page, { firm: 'compliance_manager' });
  await importFile(page, 'weeks.csv', weeksOfRecords());
  await page.goto(`${address()}/alerts/hours`);
  await page.getByLabel('Name').fill('Ordinary channel at Beilun');
  await page.getByLabel('Customs office').selectOption('3104');
  await page.getByLabel('Fires above').fill('７.5');
  await page.getByLabel('Records at least').fill('10');
  await page.getByRole('button', { name: 'Try on history' }).click();
  const finding = page.getByRole('heading', { name: /^It would have fired 1 time in 7 periods with data$/ });
  await expect(finding).toBeVisible();
  await page.getByText('As a table', { exact: true }).click();
  await expect(page.getByRole('row', { name: /2026-W27/ })).toContainText('no data, kept: above the limit');
  await expectSound(page);
  // Nothing is stored by trying, and the form is still filled.
  await expect(page.getByText('No alert on hours')).toBeVisible();
  await expect(page.getByLabel('Fires above')).toHaveValue('７.5');
  await page.getByRole('button', { name: 'Save' }).click();
  const row = page.getByRole('row', { name: /Ordinary channel at Beilun/ });
  await expect(row).toContainText('above 7.5 h, back at 7.5 h');
  const { config } = openApp();
  const worker = createApp({ ...config, database_url: config.database_url ?? '' }, 'worker');
  await watchHours(worker);
  await worker.close();
  await page.reload();
  await expect(row).toContainText('above the limit');
  await row.getByRole('button', { name: 'Switch off' }).click();
  await expect(row).toContainText('switched off');
  await page.getByLabel('Fires above').fill('many');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByLabel('Fires above')).toHaveAttribute('aria-invalid', 'true');
});

test('a push reaches the browser’s service worker, shows the title, and its click opens the alert', async ({
  page,
  context,
}) => {
  const service = await pushService();
  await context.grantPermissions(['notifications'], { origin: address() });
  await signInAsNew(page, { firm: 'compliance_manager' });
  await withPushService(page, service);
  await page.goto(`${address()}/alerts/subscriptions`);
  await page.getByRole('button', { name: 'Tell me in this browser' }).click();
  await expect(page.getByText(new URL(service.endpoint).host)).toBeVisible();
  await page.getByRole('checkbox', { name: 'Push' }).check();
  await page.getByRole('button', { name: 'Subscribe' }).click();
  await expect(page.getByRole('row', { name: /Everything.*Push/ })).toBeVisible();
  const item = `Interpretation ${randomUUID()}`;
  await happens(item);
  // What others let happen meanwhile is told here too.
  const pushed = () => service.bodies.map(service.open).find((data) => data.includes(item));
  await expect.poll(pushed, { timeout: 60_000 }).toBeDefined();

  const title = `${item}: now issued`;
  const shown = () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      const notifications = await registration.getNotifications();
      return notifications.map(({ title }) => title);
    });
  // The browser's door for tests loses a message now and then; the second of the same alert replaces the first.
  await expect(async () => {
    await deliver(page, pushed() ?? '');
    await expect.poll(shown, { timeout: 2_000 }).toEqual([title]);
  }).toPass({ timeout: 60_000 });

  const opened = await clicked(page);
  expect(await shown()).toEqual([]);
  await page.goto(opened);
  await expect(page.getByRole('heading', { name: title })).toBeVisible();
  await expect(page.getByText('You follow everything.')).toBeVisible();
  await service.close();
});

/** Takes what is pushed, as the service of a browser's maker does. */
async function pushService() {
  const bodies: Buffer[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push(Buffer.concat(chunks));
      response.writeHead(201).end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const bound = server.address();
  const endpoint = `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : 0}/push`;
  return {
    ...aBrowserAt(endpoint),
    endpoint,
    bodies,
    close: () => new Promise((closed) => server.close(closed)),
  };
}
type PushService = Awaited<ReturnType<typeof pushService>>;

/** The one step that needs the network of the browser's maker: its answer is that of the service above. */
async function withPushService(page: Page, { body }: PushService): Promise<void> {
  await page.addInitScript((answer) => {
    PushManager.prototype.subscribe = async () => {
      const subscription: unknown = Object.create(PushSubscription.prototype);
      if (!(subscription instanceof PushSubscription)) throw new Error('its own prototype makes it one');
      subscription.toJSON = () => answer;
      return subscription;
    };
  }, body);
}

async function happens(item: string): Promise<void> {
  await asOperator(openApp().db, (tx) =>
    appendEvent(tx, {
      kind: 'pending_item.moved',
      audience: 'everyone',
      subject_id: null,
      unique_key: `test:${randomUUID()}`,
      data: { title: item, to_state: 'issued' },
    }),
  );
}

/** Hands a message to the service worker as the browser does once its own push service brought and opened it. */
async function deliver(page: Page, data: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const registered = new Promise<string>((found) => {
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const [registration] = registrations.filter(({ scopeURL }) => scopeURL.startsWith(address()));
      if (registration) found(registration.registrationId);
    });
  });
  await session.send('ServiceWorker.enable');
  const registrationId = await registered;
  await session.send('ServiceWorker.deliverPushMessage', { origin: address(), registrationId, data });
}

/** Clicks on the notification. A browser without a screen opens no window by it: where it would lead is noted. */
async function clicked(page: Page): Promise<string> {
  const [worker] = page.context().serviceWorkers();
  if (!worker) throw new Error('there is no service worker');
  const opened: unknown = await worker.evaluate(`(async () => {
    const [notification] = await registration.getNotifications();
    if (!notification) return null;
    return new Promise((found) => {
      clients.openWindow = async (url) => found(String(url));
      dispatchEvent(new NotificationEvent('notificationclick', { notification }));
    });
  })()`);
  return z.url().parse(opened);
}

import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { expect, test, type Page } from '@playwright/test';
import { PAGE_RULES } from '#lib/server/http/page-rules.ts';
import { address, signInAsNew } from './people.ts';

/** Passkeys know a host by its name, never by a number. */
const named = () => address().replace('127.0.0.1', 'localhost');

test.use({ storageState: { cookies: [], origins: [] } });

/** A device that knows its owner, as a phone with a fingerprint does. */
async function plugInDevice(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', automaticPresenceSimulation: true },
      ...{ hasResidentKey: true, hasUserVerification: true, isUserVerified: true },
    },
  });
}

test('a person adds a passkey and signs in by it', async ({ page }) => {
  await signInAsNew(page, { firm: 'owner' });
  // The session belongs to the address by number; the passkey to the name. Sign in there by password once.
  const email =
    (await (await page.goto(`${address()}/settings`))?.text())?.match(/[\w-]+@example\.org/)?.[0] ?? '';
  await page.goto(`${named()}/login`);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill('quiet-river-lamp-42');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL('**/overview');
  await plugInDevice(page);
  await page.goto(`${named()}/settings/security`);
  await page.getByLabel('Name, for example').fill('Test device');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(page.getByText('Test device')).toBeVisible();
  await page.context().clearCookies();
  await page.goto(`${named()}/login`);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await page.waitForURL('**/overview');
});

test('an owner invites somebody, who joins by the link, and both stand in the log', async ({
  page,
  browser,
}) => {
  await signInAsNew(page, { firm: 'owner' });
  await page.goto(`${address()}/settings/people`);
  await page.getByLabel('E-mail').fill(`guest-${randomUUID()}@example.org`);
  await page.getByRole('button', { name: 'Invite' }).click();
  const link = (await page.locator('code.link').textContent()) ?? '';
  const guest = await browser.newPage({ storageState: { cookies: [], origins: [] }, locale: 'en-GB' });
  await guest.goto(link);
  await guest.getByLabel('Name').fill('Guest');
  await guest.getByLabel('Password').fill('quiet-river-lamp-43');
  await guest.getByRole('button', { name: 'Accept' }).click();
  await guest.waitForURL('**/overview');
  expect((await guest.goto(`${address()}/settings/people`))?.status()).toBe(403);
  await guest.close();
  await page.goto(`${address()}/settings/audit`);
  await expect(page.getByText('POST /settings/people?/invite')).toBeVisible();
  await expect(page.getByText('POST /invite')).toBeVisible();
});

test('every page comes with a policy that runs no script but its own', async ({ page }) => {
  await signInAsNew(page, { firm: 'owner' });
  const refused: string[] = [];
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) refused.push(message.text());
  });
  for (const path of [
    '/overview',
    '/clearance',
    '/watch',
    '/rules',
    '/eligibility',
    '/alerts',
    '/settings/security',
    '/settings/people',
    '/settings/data',
  ]) {
    const answer = await page.goto(`${address()}${path}`);
    const headers = answer?.headers() ?? {};
    const scripts = /script-src ([^;]+)/.exec(headers['content-security-policy'] ?? '')?.[1] ?? '';
    expect(scripts, path).toMatch(/'self'( 'nonce-[\w+/=]+')?$/);
    const styles = /style-src ([^;]+)/.exec(headers['content-security-policy'] ?? '')?.[1] ?? '';
    expect(styles, path).toMatch(/^'self'( 'nonce-[\w+/=]+')?$/);
    expect(headers['cache-control'], path).toContain('no-store');
    expect(headers['content-security-policy'], path).toContain("frame-ancestors 'none'");
    expect(headers['x-content-type-options'], path).toBe('nosniff');
    expect(headers['x-frame-options'], path).toBe('DENY');
    expect(headers['referrer-policy'], path).toMatch(/^(same-origin|no-referrer)$/);
    const inline = await page.locator('script:not([src]):not([nonce])').count();
    expect(inline, path).toBe(0);
  }
  expect(refused).toEqual([]);
  for (const cookie of await page.context().cookies())
    expect(cookie, cookie.name).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
});

test('a download never runs, and a form of another site is refused', async ({ page, request }) => {
  await signInAsNew(page, { firm: 'owner' });
  const cookies = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  for (const path of ['/settings/data/everything.zip', '/settings/audit/log.csv']) {
    const answer = await request.get(`${address()}${path}`, { headers: { cookie: cookies } });
    const headers = answer.headers();
    expect(answer.status(), path).toBe(200);
    expect(headers['content-disposition'], path).toMatch(/^attachment/);
    expect(headers['content-security-policy'], path).toContain('sandbox');
    expect(headers['x-content-type-options'], path).toBe('nosniff');
  }
  const foreign = await request.post(`${address()}/settings/data?/delete`, {
    headers: { cookie: cookies, origin: 'https://evil.example' },
    form: { typed: 'x' },
  });
  expect(foreign.status()).toBe(403);
});

test('every form refuses what another site sends in the name of a reader', async ({ page, request }) => {
  await signInAsNew(page, { firm: 'owner' });
  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  const open: string[] = [];
  for (const [route, { send = {} }] of Object.entries(PAGE_RULES))
    for (const form of Object.keys(send)) {
      const path = route.replaceAll(/\/\([a-z]+\)/g, '').replaceAll(/\[\w+\]/g, 'x') || '/';
      const query = form === 'default' || /^[A-Z]+$/.test(form) ? '' : `?/${form}`;
      const headers = { cookie, origin: 'https://evil.example' };
      const answer = await request.post(`${address()}${path}${query}`, { headers, form: { typed: 'x' } });
      if (answer.status() !== 403) open.push(`${path}${query} ${answer.status()}`);
    }
  expect(open).toEqual([]);
});

test("a form leads to the firm's own sign-in service, past a policy that lets no form go there", async ({
  page,
}) => {
  let issuer = '';
  const provider = createServer((request, response) => {
    const described = {
      ...{ issuer, authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token` },
      ...{ jwks_uri: `${issuer}/jwks`, response_types_supported: ['code'] },
      ...{ subject_types_supported: ['public'], id_token_signing_alg_values_supported: ['RS256'] },
    };
    const is_description = request.url?.startsWith('/.well-known/') ?? false;
    response.setHeader('content-type', is_description ? 'application/json' : 'text/html');
    response.end(is_description ? JSON.stringify(described) : '<h1>The sign-in service of the firm</h1>');
  });
  await new Promise<void>((listening) => provider.listen(0, '127.0.0.1', listening));
  const bound = provider.address();
  issuer = `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : 0}`;
  await signInAsNew(page, { firm: 'owner' });
  await page.goto(`${address()}/settings/sign-in`);
  const given = { issuer, client_id: 'greenlane', client_secret: 'quiet', domain: 'firm.example' };
  for (const [name, value] of Object.entries(given)) await page.locator(`[name=${name}]`).fill(value);
  await page.getByRole('button', { name: 'Ask the service and keep it' }).click();
  await expect(page.getByRole('status')).toContainText('Done');
  const slug = /by the short name (\S+)\./.exec((await page.locator('main').textContent()) ?? '')?.[1] ?? '';
  await page.context().clearCookies();
  await page.goto(`${address()}/sso?next=/alerts`);
  await page.getByLabel('Short name of your firm').fill(slug);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading')).toHaveText('The sign-in service of the firm');
  const asked = new URL(page.url()).searchParams;
  expect(asked.get('client_id')).toBe('greenlane');
  expect(asked.get('code_challenge_method')).toBe('S256');
  expect(asked.get('redirect_uri')).toBe(`${address()}/sso/callback`);
  await new Promise((closed) => provider.close(closed));
});

import { randomBytes } from 'node:crypto';
import { expect, test } from '@playwright/test';
import { SESSION_FILE } from './global-setup.ts';
import { address, signInAsNew } from './people.ts';
import { expectSound } from './sound.ts';

test.describe('signed out', () => {
  test('says why a used set-up link does not hold', async ({ page }) => {
    await page.goto(`${address()}/setup?token=used`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('This set-up link does not hold');
    await expect(page.locator('main')).toContainText('set up already');
    await expectSound(page);
  });

  test('keeps the address and puts the focus on the password after a wrong one, without scripts', async ({
    browser,
  }) => {
    const context = await browser.newContext({ javaScriptEnabled: false, locale: 'en-GB' });
    const page = await context.newPage();
    await page.goto(`${address()}/login`);
    await page.getByLabel('E-mail').fill('nobody@example.org');
    await page.getByLabel('Password').fill('not-the-password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('alert')).toContainText('wrong');
    await expect(page.getByLabel('E-mail')).toHaveValue('nobody@example.org');
    await expect(page.getByLabel('Password')).toBeFocused();
    await expect(page).toHaveTitle(/^Not done/);
    await context.close();
  });
});

test.describe('signed in', () => {
  test.use({ storageState: SESSION_FILE });

  test('goes to a page by two keys and shows the map of them', async ({ page }) => {
    await page.goto(`${address()}/overview`);
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    // In one go: the second key counts for a moment only.
    await page.keyboard.type('gw');
    await expect(page).toHaveURL(/\/watch$/);
  });

  test('leaves keys alone while somebody types, and for good when they are switched off', async ({
    page,
  }) => {
    await page.goto(`${address()}/settings/keys`);
    await page.getByLabel('Name').pressSequentially('g w?');
    await expect(page.getByLabel('Name')).toHaveValue('g w?');
    await expect(page).toHaveURL(/\/settings\/keys$/);
    await page.goto(`${address()}/settings`);
    await page.keyboard.press('?');
    await page.getByLabel('Single keys are on').uncheck();
    await page.keyboard.press('Escape');
    await page.reload();
    await page.keyboard.type('gw?');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(page).toHaveURL(/\/settings$/);
  });

  test('offers the content first to the keyboard', async ({ page }) => {
    await page.goto(`${address()}/watch`);
    await page.keyboard.press('Tab');
    await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.locator('#main')).toBeFocused();
  });

  test('loads hardly any script on the overview', async ({ page }) => {
    const sizes: Promise<number>[] = [];
    page.on('response', (response) => {
      const type = response.headers()['content-type'] ?? '';
      if (type.includes('javascript')) sizes.push(response.body().then((body) => body.byteLength));
    });
    await page.goto(`${address()}/overview`, { waitUntil: 'networkidle' });
    const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    expect(total).toBeGreaterThan(0);
    expect(total).toBeLessThan(8_000);
  });

  test('makes a key, shows it once and revokes it, without scripts', async ({ browser }) => {
    const context = await browser.newContext({
      javaScriptEnabled: false,
      storageState: SESSION_FILE,
      locale: 'en-GB',
    });
    const page = await context.newPage();
    const name = `Order system ${randomBytes(4).toString('hex')}`;
    await page.goto(`${address()}/settings/keys`);
    await page.getByLabel('Name').fill(name);
    await page.getByRole('button', { name: 'Make the key' }).click();
    await expect(page.locator('main')).toContainText('Choose at least one scope');
    await expect(page.getByLabel('Name')).toHaveValue(name);
    await page.getByLabel('Send clearance records').check();
    await page.getByRole('button', { name: 'Make the key' }).click();
    await expect(page.locator('main')).toContainText(/glk_[A-Za-z0-9_-]{43}/);
    await page.reload();
    await expect(page.locator('main')).not.toContainText(/glk_[A-Za-z0-9_-]{43}/);
    const row = page.getByRole('row', { name });
    await expect(row).toHaveCount(1);
    await row.locator('summary', { hasText: 'Revoke' }).click();
    await row.getByRole('button', { name: `Revoke ${name}` }).click();
    await expect(page.getByRole('row', { name })).toContainText('Revoked');
    await context.close();
  });
});

test.describe('by role', () => {
  test('signs out from the account menu', async ({ page }) => {
    await signInAsNew(page, { firm: 'owner' });
    await page.getByRole('button', { name: /Account, firms and keys/ }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page).toHaveURL(/\/login/);
    await page.goto(`${address()}/overview`);
    await expect(page).toHaveURL(/\/login/);
  });

  test('tells an operator without a firm what is here and what to do next', async ({ page }) => {
    await signInAsNew(page, { operator: 'analyst' });
    await expect(page.getByRole('heading', { level: 1 })).toContainText('operator of this installation');
    // An analyst makes no firms: what is offered is what the role opens.
    await expect(page.locator('main')).not.toContainText('firm create');
    await expect(page.getByRole('link', { name: 'Decide the signals that wait' })).toBeVisible();
    await expectSound(page);
    await page.goto(`${address()}/clearance`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hours over all firms');
    await page.goto(`${address()}/settings/keys`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your role does not open this page');
    expect(await page.evaluate(() => document.styleSheets.length)).toBeGreaterThan(0);
    await expect(page.locator('main')).toContainText(/R-[0-9A-Z]{8}/);
  });

  test('asks an executive of an empty firm to have a file imported, and offers none to import', async ({
    page,
  }) => {
    await signInAsNew(page, { firm: 'executive' });
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('No declarations yet');
    await expect(page.getByRole('link', { name: 'Import a file' })).toHaveCount(0);
    await page.goto(`${address()}/clearance`);
    await expect(page.locator('#import-file')).toHaveCount(0);
  });
});

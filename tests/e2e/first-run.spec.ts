import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { describeApi } from '#lib/server/http/docs.ts';
import { openApiDocument } from '#lib/server/http/openapi.ts';
import { OPERATIONS } from '#lib/server/http/operations.ts';
import { SESSION_FILE } from './global-setup.ts';
import { address, confirmColumns, openImport, signInAsNew } from './people.ts';
import { expectSound } from './sound.ts';

const F9 = join(import.meta.dirname, '../fixtures/clearance/f9-gb18030.csv');

test.describe('signed out', () => {
  test('asks to sign in, and comes back to the page that was asked for', async ({ page }) => {
    await page.goto(`${address()}/clearance`);
    await expect(page).toHaveURL(/\/login\?next=%2Fclearance/);
    await page.fill('[name=email]', 'ann@example.org');
    await page.fill('[name=password]', 'wrong-password-1');
    await page.click('main button:not([name])');
    await expect(page.locator('main')).toContainText(/password/i);
    await page.fill('[name=email]', 'ann@example.org');
    await page.fill('[name=password]', 'quiet-river-lamp-42');
    await page.click('main button:not([name])');
    await expect(page).toHaveURL(/\/clearance$/);
  });

  test('signs in on localhost as well', async ({ page }) => {
    const local = address().replace('127.0.0.1', 'localhost');
    await page.goto(`${local}/login`);
    await page.fill('[name=email]', 'ann@example.org');
    await page.fill('[name=password]', 'quiet-river-lamp-42');
    await page.click('main button:not([name])');
    await expect(page).toHaveURL(`${local}/overview`);
  });

  test('has no accessibility violation on the sign-in page, in both languages', async ({ page }) => {
    await page.goto(`${address()}/login`);
    await expectSound(page);
    await page.click('button[value="zh-CN"]');
    await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
    await expectSound(page);
  });

  test('imports the sample of a customs file and sets its hours beside the derived baseline', async ({
    page,
  }) => {
    await signInAsNew(page, { firm: 'compliance_manager' });
    await openImport(page);
    await page.setInputFiles('#import-file', F9);
    await confirmColumns(page);
    await expect(page.locator('#import')).toContainText('Imported in part');
    await expect(page.locator('#import')).toContainText('Excel has damaged the number');
    await expect(page.locator('#import')).toContainText('Released before declared');
    await page.goto(`${address()}/overview`);
    await expect(page.locator('main')).toContainText('14.8');
    await expect(page.locator('main')).toContainText('11.05');
    await expect(page.locator('main')).toContainText(/derived/i);
    await page.goto(`${address()}/clearance?from=2026-05-01&to=2026-05-31`);
    const offices = page.locator('section', {
      has: page.getByRole('heading', { name: 'By customs office' }),
    });
    await expect(offices.last()).toContainText('3104');
  });
});

test.describe('signed in', () => {
  test.use({ storageState: SESSION_FILE });

  for (const path of [
    'overview',
    'clearance',
    'watch',
    'rules',
    'eligibility',
    'alerts',
    'settings',
    'settings/keys',
    'docs/api',
    ...describeApi(openApiDocument(OPERATIONS)).sections.map(({ slug }) => `docs/api/${slug}`),
    // The longest of its tables, and every part that an operation may have.
    'docs/api/rules/getInstrumentsBySlug',
    'docs/api/rules/postInstrumentsBySlugVersions',
  ])
    test(`has no accessibility violation on ${path}, in both themes`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: 'light' });
      const answer = await page.goto(`${address()}/${path}`);
      expect(answer?.status()).toBe(200);
      await expectSound(page);
      await page.emulateMedia({ colorScheme: 'dark' });
      await expectSound(page, 'colours');
    });

  test('leads from an old link into the API reference to where the operation stands now', async ({
    page,
  }) => {
    await page.goto(`${address()}/docs/api#getInstrumentsBySlugDiff`);
    const line = page.locator('li:target');
    await expect(line).toBeInViewport();
    await line.getByRole('link').click();
    await expect(page).toHaveURL(/\/docs\/api\/rules\/getInstrumentsBySlugDiff$/);
    await page.getByRole('button', { name: '中文' }).click();
    await expect(page.getByRole('heading', { name: '响应' })).toBeVisible();
    for (const missing of ['nothing', 'rules/nothing', 'clearance/getInstrumentsBySlugDiff'])
      expect((await page.goto(`${address()}/docs/api/${missing}`))?.status()).toBe(404);
  });

  test('keeps the page inside a phone', async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    for (const path of ['overview', 'clearance', 'watch', 'settings/keys']) {
      await page.goto(`${address()}/${path}`);
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      ).toBeLessThanOrEqual(0);
    }
  });

  test('switches language and theme without scripts', async ({ browser }) => {
    const context = await browser.newContext({
      javaScriptEnabled: false,
      storageState: SESSION_FILE,
      locale: 'en-GB',
    });
    const page = await context.newPage();
    await page.goto(`${address()}/watch`);
    await page.click('button[value="zh-CN"]');
    await expect(page).toHaveURL(/\/watch$/);
    await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
    await page.click('button[name=theme][value=dark]');
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    await context.close();
  });

  test('gives a missing page an id that finds the log line', async ({ page }) => {
    const answer = await page.goto(`${address()}/nothing-here`);
    expect(answer?.status()).toBe(404);
    await expect(page.locator('main')).toContainText(/R-[0-9A-Z]{8}/);
  });
});

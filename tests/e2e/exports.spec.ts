import { readFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Download } from '@playwright/test';
import { address, importFile, signInAsNew, weeksOfRecords } from './people.ts';

const bytesOf = async (download: Download) => readFile(await download.path());
const PERIOD = 'from=2026-06-01&to=2026-07-31';

test('saves the declarations behind a number, with the filters of the list', async ({ page }) => {
  await signInAsNew(page, { firm: 'compliance_manager' });
  await importFile(page, 'weeks.csv', weeksOfRecords());
  await page.goto(`${address()}/clearance/records?${PERIOD}&channel=green`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('140 declarations behind the number');
  await page.getByRole('button', { name: 'Export: Declarations' }).click();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  const csv = page.waitForEvent('download');
  await page.getByRole('link', { name: /^CSV/ }).click();
  const saved = await csv;
  expect(saved.suggestedFilename()).toBe('greenlane-declarations-2026-06-01-to-2026-07-31.csv');
  const text = (await bytesOf(saved)).toString('utf8');
  expect(text.split('\r\n\r\n')[0]?.split('\r\n')).toHaveLength(141);
  expect(text).toContain("'310420260000000001,");
  expect(text).toContain('# Rows in this file,140');
  // The menu stays until one clicks elsewhere, for those who want both.
  const xlsx = page.waitForEvent('download');
  await page.getByRole('link', { name: /^Excel/ }).click();
  expect((await bytesOf(await xlsx)).subarray(0, 2).toString()).toBe('PK');
});

test('takes a filter away by its own link, and says when nothing is left', async ({ page }) => {
  await signInAsNew(page, { firm: 'compliance_manager' });
  await importFile(page, 'weeks.csv', weeksOfRecords());
  await page.goto(`${address()}/clearance/records?${PERIOD}&channel=green&kind=inspected`);
  await expect(page.locator('main')).toContainText('No declaration matches');
  await page.getByRole('link', { name: 'All counted' }).click();
  await page.getByRole('link', { name: 'Without the filter Green lane' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('280 declarations behind the number');
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(page.locator('tbody').getByRole('row').first()).toContainText('weeks.csv line 281');
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
});

test('gives the trend as a picture that loads nothing, to its reader alone', async ({ page, browser }) => {
  await signInAsNew(page, { firm: 'executive' });
  const empty = await page.request.get(`${address()}/clearance/weeks.svg?${PERIOD}`);
  expect(empty.status()).toBe(404);
  await page.context().clearCookies();
  await signInAsNew(page, { firm: 'compliance_manager' });
  await importFile(page, 'weeks.csv', weeksOfRecords());
  const answer = await page.request.get(`${address()}/clearance/weeks.svg?${PERIOD}`);
  expect(answer.headers()['content-type']).toBe('image/svg+xml');
  const svg = await answer.text();
  expect(svg).toContain('11.05');
  expect(svg).toContain('n = 280');
  expect(svg).not.toMatch(/var\(|href=/);
  const stranger = await browser.newContext();
  const refused = await stranger.request.get(`${address()}/clearance/weeks.csv`, { maxRedirects: 0 });
  expect(refused.status()).toBe(303);
  await stranger.close();
  await page.context().clearCookies();
  await signInAsNew(page, { operator: 'analyst' });
  expect((await page.request.get(`${address()}/clearance/records.csv`)).status()).toBe(403);
});

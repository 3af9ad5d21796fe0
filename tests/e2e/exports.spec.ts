import { readFile } from 'node:fs/promises';
import { expect, test, type Download, type Page } from '@playwright/test';
import { address, importFile, scriptsOfHours, signInAsNew, weeksOfRecords } from './people.ts';
import { expectSound } from './sound.ts';

const bytesOf = async (download: Download) => readFile(await download.path());
const PERIOD = 'from=2026-06-01&to=2026-07-31';

test('saves the declarations behind a number, with the filters of the list', async ({ page }) => {
  await signInAsNew(page, { firm: 'compliance_manager' });
  await importFile(page, 'weeks.csv', weeksOfRecords());
  await page.goto(`${address()}/clearance/records?${PERIOD}&channel=green`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('140 declarations behind the number');
  await page.getByRole('button', { name: 'Export: Declarations' }).click();
  await expectSound(page);
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
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('140 declarations behind the number');
  await page.getByRole('link', { name: 'Without the filter Green lane' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('280 declarations behind the number');
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(page.locator('tbody').getByRole('row').first()).toContainText('weeks.csv line 281');
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
});

test('gives every chart as a picture that loads nothing and says what it rests on, to its reader alone', async ({
  page,
  browser,
}) => {
  await signInAsNew(page, { firm: 'executive' });
  const panels = ['weeks', 'months', 'distribution', 'heat', 'stages'];
  for (const panel of panels) {
    const empty = await page.request.get(`${address()}/clearance/${panel}.svg?${PERIOD}`);
    expect(empty.status(), panel).toBe(404);
  }
  await page.context().clearCookies();
  await signInAsNew(page, { firm: 'compliance_manager' });
  await importFile(page, 'weeks.csv', weeksOfRecords());
  for (const panel of panels) {
    const answer = await page.request.get(`${address()}/clearance/${panel}.svg?${PERIOD}`);
    expect(answer.headers()['content-type'], panel).toBe('image/svg+xml');
    const svg = await answer.text();
    for (const said of ['11.05', 'n = 280', '4.2 h / (1 − 62 %)', 'Elapsed clock hours', 'China time'])
      expect(svg.replaceAll(/<\/text>\n<text[^>]*>/g, ' '), panel).toContain(said);
    expect(svg, panel).not.toMatch(/var\(|href=|NaN|undefined/);
  }
  const stranger = await browser.newContext();
  for (const file of ['weeks.csv', 'distribution.xlsx', 'stages.svg']) {
    const refused = await stranger.request.get(`${address()}/clearance/${file}`, { maxRedirects: 0 });
    expect(refused.status(), file).toBe(303);
    expect(refused.headers().location).toContain('/login?next=');
  }
  await stranger.close();
  await page.context().clearCookies();
  await signInAsNew(page, { operator: 'analyst' });
  expect((await page.request.get(`${address()}/clearance/records.csv`)).status()).toBe(403);
});

test('saves a chart as a PNG with something on it, by keyboard alone', async ({ page }) => {
  await signInAsNew(page, { firm: 'compliance_manager' });
  await importFile(page, 'weeks.csv', weeksOfRecords());
  await page.goto(`${address()}/clearance?${PERIOD}`);
  await scriptsOfHours(page);
  const button = page.getByRole('button', { name: 'Export: Distribution' });
  await button.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('link', { name: /^SVG/ })).toBeVisible();
  // The four entries follow the button in the order of the keyboard.
  for (const name of [/^Excel/, /^CSV/, /^SVG/]) {
    await page.keyboard.press('Tab');
    await expect(page.getByRole('link', { name })).toBeFocused();
  }
  await page.keyboard.press('Tab');
  const saved = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  const download = await saved;
  expect(download.suggestedFilename()).toBe('greenlane-distribution-of-hours-2026-06-01-to-2026-07-31.png');
  const png = await bytesOf(download);
  expect(png.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
  expect(await coloursOf(page, png)).toBeGreaterThan(20);
  // Escape closes what the keyboard opened, and the focus is where it was.
  await button.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('link', { name: /^SVG/ })).toBeHidden();
  await expect(button).toBeFocused();
});

/** How many colours a picture shows; a blank one shows one. */
async function coloursOf(page: Page, png: Buffer): Promise<number> {
  return page.evaluate(async (base64) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
    const context = canvas.getContext('2d');
    context?.drawImage(image, 0, 0);
    const pixels = context?.getImageData(0, 0, canvas.width, canvas.height).data.buffer;
    return new Set(new Uint32Array(pixels ?? new ArrayBuffer(0))).size;
  }, png.toString('base64'));
}

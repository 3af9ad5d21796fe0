import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { address, importFile, signInAsNew, weeksOfRecords } from './people.ts';
import { expectSoundInEveryForm } from './sound.ts';

const F9 = join(import.meta.dirname, '../fixtures/clearance/f9-utf8.csv');

test('sets two records beside the national average, as too few to compare', async ({ page }) => {
  await signInAsNew(page, { firm: 'compliance_manager' });
  await importFile(page, 'f9.csv', await readFile(F9));
  await page.goto(`${address()}/overview`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(
    '2 exports took 14.8 hours on average: too few to compare with the national average.',
  );
  await expect(page.locator('main')).toContainText('national 11.05 (derived), not compared');
  await expect(page.locator('main')).toContainText('as published by Customs: it measures something else');
});

test('compares weeks of records and draws the missing one as a gap', async ({ page }) => {
  await signInAsNew(page, { firm: 'compliance_manager' });
  await importFile(page, 'weeks.csv', weeksOfRecords());

  await page.goto(`${address()}/overview?weeks=12`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(
    /hours on average, \d+% faster than the national average\.$/,
  );
  await expect(page.locator('main')).toContainText('no file');
  await expect(page.locator('body')).toContainText('Declarations to 21 Jul');
  await page.keyboard.press('t');
  await expect(page.getByRole('row', { name: /29 Jun/ })).toContainText('–');
});

for (const path of ['overview', 'overview?view=executive', 'clearance', 'clearance/records'])
  test(`has no accessibility violation on ${path} with records, in both themes, wide and narrow`, async ({
    page,
  }) => {
    await signInAsNew(page, { firm: 'compliance_manager' });
    await importFile(page, 'weeks.csv', weeksOfRecords());
    await expectSoundInEveryForm(page, async () => void (await page.goto(`${address()}/${path}`)));
  });

test('prints the executive view on one page', async ({ page }) => {
  await signInAsNew(page, { firm: 'compliance_manager' });
  await importFile(page, 'weeks.csv', weeksOfRecords());
  for (const language of ['en', 'zh-CN']) {
    await page.context().addCookies([{ name: 'language', value: language, url: address() }]);
    await page.goto(`${address()}/overview?view=executive&weeks=12`);
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    expect(pdf.match(/\/Type\s*\/Page\b(?!s)/g)).toHaveLength(1);
  }
});

test('keeps the whole query in the address, and only what differs from the default', async ({ page }) => {
  await signInAsNew(page, { firm: 'compliance_manager' });
  await importFile(page, 'weeks.csv', weeksOfRecords());
  await page.goto(`${address()}/clearance?from=2026-06-01&to=2026-07-31&office=nonsense`);
  await expect(page).toHaveURL(/\/clearance\?from=2026-06-01&to=2026-07-31$/);
  await page.getByLabel('Channel', { exact: true }).selectOption('green');
  await page.getByRole('button', { name: 'Update' }).click();
  await expect(page).toHaveURL(/\?from=2026-06-01&to=2026-07-31&channel=green$/);
  await expect(page.locator('#main')).toContainText('n = 140');
  await page.locator('#offices').getByRole('link', { name: '3104 Beilun' }).click();
  await expect(page).toHaveURL(/office=3104&channel=green$/);
  await expect(page.locator('#main')).toContainText('n = 70');
  await page.getByLabel('Channel', { exact: true }).selectOption('ordinary');
  await page.getByLabel('Declared from').fill('2024-01-01');
  await page.getByLabel('Declared to').fill('2024-02-01');
  await page.getByRole('button', { name: 'Update' }).click();
  await expect(page.locator('main')).toContainText('No declarations match this query');
});

test('leads from a number to its declarations and the lines of the file', async ({ page }) => {
  await signInAsNew(page, { firm: 'compliance_manager' });
  await importFile(page, 'weeks.csv', weeksOfRecords());
  await page.goto(`${address()}/overview?weeks=12`);
  await page.locator('main').getByRole('link', { name: '280', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('280 declarations behind the number');
  await expect(page.getByRole('row').nth(1)).toContainText('weeks.csv line 281');
  await page.getByRole('link', { name: 'Slowest first' }).click();
  await expect(page.getByRole('row').nth(1)).toContainText('12.00');
  await page.getByRole('link', { name: 'Next page' }).click();
  await expect(page.getByRole('link', { name: 'First page' })).toBeVisible();
  await page.getByRole('link', { name: 'Next page' }).click();
  await expect(page.locator('tbody').getByRole('row')).toHaveCount(80);
  await expect(page.getByRole('link', { name: 'Next page' })).toHaveCount(0);
  await page.getByRole('link', { name: 'First page' }).click();
  await expect(page.locator('tbody').getByRole('row')).toHaveCount(100);
});

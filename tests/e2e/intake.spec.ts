import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { parse } from 'csv-parse/sync';
import { workbookOf } from '../support/workbook.ts';
import { address, confirmColumns, importFile, openImport, scriptsOfHours, signInAsNew } from './people.ts';
import { expectSound } from './sound.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/clearance');
const F9 = join(FIXTURES, 'f9-utf8.csv');
const F10 = join(FIXTURES, 'f10.csv');
const UNUSUAL = '单据,起,止\n310420260000742108,2026-05-14 08:40,2026-05-14 11:52\n';

/** Drops a file on the place that takes one. */
async function drop(page: Page, name: string, content: Buffer): Promise<void> {
  const transfer = await page.evaluateHandle(
    ({ name, base64 }) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], name));
      return data;
    },
    { name, base64: content.toString('base64') },
  );
  await page.locator('.drop').dispatchEvent('drop', { dataTransfer: transfer });
}

async function asWorkbook(): Promise<Buffer> {
  const rows: string[][] = parse(await readFile(F9, 'utf8'), { bom: true });
  return workbookOf([{ name: '报关单', rows }]);
}

test('invites a firm without records to import a file', async ({ page }) => {
  await signInAsNew(page, { firm: 'compliance_manager' });
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('No declarations yet');
  await expectSound(page);
  await page.getByRole('link', { name: 'Import a file' }).click();
  await expect(page.getByText('Drop a file here')).toBeVisible();
  await expect(page.locator('main')).toContainText('报关单编号');
});

for (const { name, bytes } of [
  { name: 'f9-utf8.csv', bytes: () => readFile(F9) },
  { name: 'f9-gb18030.csv', bytes: () => readFile(join(FIXTURES, 'f9-gb18030.csv')) },
  { name: 'f9.xlsx', bytes: asWorkbook },
])
  test(`shows two records, and one rejected row with three reasons, of ${name} dropped`, async ({ page }) => {
    await signInAsNew(page, { firm: 'compliance_manager' });
    await openImport(page);
    await drop(page, name, await bytes());
    await expect(page.locator('#import').getByRole('row', { name: '放行时间' })).toContainText(
      '2026-05-14 11:52',
    );
    await confirmColumns(page);
    const row = page.locator('#import').getByRole('row', { name: /^4/ });
    await expect(row.getByRole('listitem')).toHaveCount(3);
    await expect(row).toContainText('Declaration number');
    await expect(row).toContainText('HS code');
    await expect(row).toContainText('Released before declared');
    await expect(page.locator('#import .counts')).toContainText('New 2');
    await page.goto(`${address()}/clearance/records`);
    await expect(page.locator('main')).toContainText('310420260000742108');
    await expect(page.locator('main')).toContainText('310420260000742109');
  });

test('takes a file that is dropped on the hours of a firm without records', async ({ page }) => {
  await signInAsNew(page, { firm: 'compliance_manager' });
  await page.goto(`${address()}/clearance`);
  await scriptsOfHours(page);
  await drop(page, 'dropped.csv', await readFile(F9));
  await expect(page).toHaveURL(/\/clearance\/import$/);
  await expect(page.getByRole('heading', { name: 'Columns of dropped.csv' })).toBeVisible();
  await confirmColumns(page);
  await expect(page.locator('#import')).toContainText('Imported in part');
});

test('loads the rejected rows again once they are mended', async ({ page }) => {
  await signInAsNew(page, { firm: 'compliance_manager' });
  await importFile(page, 'f9.csv', await readFile(F9));
  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Rejected rows as CSV' }).click();
  const rejected = await readFile(await (await downloading).path(), 'utf8');
  expect(rejected).toContain('3.10420260000742E+17');
  const mended = rejected
    .replace('3.10420260000742E+17', '310420260000742110')
    .replace('39249000', '3924900000')
    .replace('2026-05-14 08:10', '2026-05-14 10:10');
  await page.setInputFiles('#import-file', {
    name: 'mended.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(mended),
  });
  const confirm = page.getByRole('button', { name: 'Import these columns' });
  await confirm
    .or(page.locator('#import .counts', { hasText: 'New 1' }))
    .first()
    .waitFor();
  if (await confirm.isVisible()) await confirm.click();
  await expect(page.locator('#import .counts')).toContainText('New 1');
  await expect(page.locator('#import .counts')).toContainText('Rejected 0');
  await page.goto(`${address()}/clearance/records`);
  await expect(page.locator('main')).toContainText('310420260000742110');
});

test('asks once what columns hold that nobody knows', async ({ page }) => {
  await signInAsNew(page, { firm: 'compliance_manager' });
  await openImport(page);
  const file = (name: string) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(UNUSUAL) });
  await page.setInputFiles('#import-file', file('april.csv'));
  await expect(page.getByText('No column goes to')).toContainText('Declaration number, Declared');
  await expect(page.getByRole('button', { name: 'Import these columns' })).toHaveCount(0);
  await page.getByLabel('单据').selectOption({ label: 'Declaration number' });
  await page.getByLabel('起').selectOption({ label: 'Declared' });
  await page.getByLabel('止').selectOption({ label: 'Released' });
  await expect(page.getByText('The first 1 row can be read.')).toBeVisible();
  await confirmColumns(page);
  await expect(page.locator('#import .counts')).toContainText('New 1');
  await page.setInputFiles('#import-file', file('may.csv'));
  await expect(page.locator('#import .counts')).toContainText('Known already 1');
});

test('asks what receipt codes mean that systems disagree on, and reads them so', async ({ page }) => {
  await signInAsNew(page, { firm: 'compliance_manager' });
  await openImport(page);
  await page.setInputFiles('#import-file', F10);
  await expect(page.getByLabel('Each row is')).toHaveValue('receipts');
  const answer = page.getByLabel('What your system means by C');
  await confirmColumns(page);
  // Without an answer the browser stays with the question.
  await expect(answer).toBeFocused();
  await expectSound(page);
  await answer.selectOption({ label: 'Released' });
  await confirmColumns(page);
  await expect(page.locator('#import .counts')).toContainText('Rows 9');
  // C of 742109 comes at 10:30, eight hours before its P.
  await page.goto(`${address()}/clearance/records`);
  await expect(page.getByRole('row', { name: /310420260000742109/ })).toContainText('10:30');
  await openImport(page);
  await page.setInputFiles('#import-file', F10);
  await expect(page.locator('#import .counts')).toContainText('Known already 9');
});

test('says the reasons in Chinese to a Chinese reader', async ({ page }) => {
  await signInAsNew(page, { firm: 'compliance_manager' });
  await importFile(page, 'f9.csv', await readFile(F9));
  await page.getByRole('button', { name: '中文' }).click();
  await expect(page).toHaveURL(/\/clearance\/import$/);
  await expect(page.locator('#import')).toContainText('被拒绝的行');
  await expect(page.locator('#import').getByRole('row', { name: /^4/ })).toContainText('放行');
});

test('imports without scripts and says what became of the rows', async ({ page, browser }) => {
  await signInAsNew(page, { firm: 'compliance_manager' });
  const context = await browser.newContext({
    javaScriptEnabled: false,
    storageState: await page.context().storageState(),
    locale: 'en-GB',
  });
  const plain = await context.newPage();
  await plain.goto(`${address()}/clearance/import`);
  await plain.setInputFiles('#import-file', F9);
  await plain.getByRole('button', { name: 'Import' }).click();
  await expect(plain.locator('#import')).toContainText('Imported in part');
  await expect(plain.locator('#import')).toContainText('Excel has damaged the number');
  await plain.setInputFiles('#import-file', F10);
  await plain.getByLabel('Each row is').selectOption('receipts');
  await plain.getByRole('button', { name: 'Import' }).click();
  await expect(plain.locator('#import .counts')).toContainText('Rows 9');
  await plain.setInputFiles('#import-file', {
    name: 'notes.pdf',
    mimeType: 'application/pdf',
    buffer: Buffer.from('%PDF'),
  });
  await plain.getByRole('button', { name: 'Import' }).click();
  await expect(plain.getByRole('alert')).toContainText('notes.pdf is no file of records');
  await context.close();
});

test('refuses a file of another kind before it is sent, and says why a broken one cannot be read', async ({
  page,
}) => {
  await signInAsNew(page, { firm: 'compliance_manager' });
  await openImport(page);
  const choose = (name: string, content: string) =>
    page.setInputFiles('#import-file', { name, mimeType: '', buffer: Buffer.from(content) });
  await choose('notes.pdf', '%PDF');
  await expect(page.getByRole('alert')).toContainText('Choose a CSV, XLSX, NDJSON or JSON file');
  await choose('broken.xlsx', 'PK\u0003\u0004 cut off');
  await expect(page.getByRole('alert')).toContainText('not a readable XLSX workbook');
});

test('lets an executive read the imports and import nothing', async ({ page }) => {
  await signInAsNew(page, { firm: 'executive' });
  await page.goto(`${address()}/clearance/import`);
  await expect(page.locator('main')).toContainText('Your role reads records and does not import them');
  await expect(page.locator('#import-file')).toHaveCount(0);
});

for (const [theme, width] of [
  ['light', 1440],
  ['dark', 390],
] as const)
  test(`has no accessibility violation and no sideways scroll, ${theme}, ${width} wide`, async ({ page }) => {
    await signInAsNew(page, { firm: 'compliance_manager' });
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: theme });
    await openImport(page);
    await page.setInputFiles('#import-file', F9);
    await page.getByRole('button', { name: 'Import these columns' }).waitFor();
    await expectSound(page);
    await confirmColumns(page);
    await page.locator('#import').getByText('Imported in part').waitFor();
    await expectSound(page);
  });

test('keeps what a firm answers about a receipt code, and lets it take that back', async ({ page }) => {
  await signInAsNew(page, { firm: 'compliance_manager' });
  await page.goto(`${address()}/settings`);
  await page.getByRole('link', { name: 'Receipt codes' }).click();
  const row = page.getByRole('row', { name: 'Change B' });
  await expect(row).toContainText('disputed');
  await expect(row).toContainText('Released or Held or under review');
  await expectSound(page);
  await page.getByRole('link', { name: 'Change B' }).click();
  await page.getByLabel('Your system means').selectOption({ label: 'Released' });
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(row).toContainText('your answer');
  await page.getByRole('link', { name: 'Change B' }).click();
  await page.getByLabel('Your system means').selectOption({ label: 'As the table has it' });
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(row).toContainText('disputed');
});

test('lets an analyst add a system and a code of it', async ({ page }) => {
  const run = randomBytes(4).toString('hex');
  await signInAsNew(page, { operator: 'analyst' });
  await page.goto(`${address()}/settings/receipts`);
  const system = page.locator('#system');
  await system.getByLabel('Short name').fill('E Town');
  await system.getByLabel('Name in English').fill(`Sample System ${run}`);
  await system.getByLabel('Source', { exact: true }).fill('Sample interface document');
  await system.getByRole('button').click();
  await expect(system).toContainText('Use small letters, digits and hyphens only.');
  await system.getByLabel('Short name').fill(`sample-${run}`);
  await system.getByRole('button').click();
  await expect(page.getByRole('heading', { level: 2 }).first()).toHaveText(`Sample System ${run}`);
  const line = page.locator('#line');
  await line.getByLabel('Code', { exact: true }).fill('r9');
  await line.getByLabel('Read as').selectOption({ label: 'Released' });
  await line.getByLabel('Meaning in English').fill('Sample release');
  await line.getByLabel('Source', { exact: true }).fill('Sample interface document');
  await line.getByRole('button').click();
  await expect(page.getByRole('row', { name: 'Change R9' })).toContainText('Sample release');
  await expectSound(page);
});

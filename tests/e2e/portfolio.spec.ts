import { readFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { read, utils } from '@e965/xlsx';
import { workbookOf } from '../support/workbook.ts';
import { address, signInAsNew } from './people.ts';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const CLAUSES = Array.from({ length: 12 }, (_, index) => `4.${index + 1}`);
const HEADER = [
  'product_code',
  'product_name',
  'category',
  'hs_codes',
  'components',
  'report_no',
  'cnas_id',
  'issued_on',
  'standard',
  ...CLAUSES,
];

function productRow(no: number, given: { hs_codes?: string; issued_on?: string } = {}): string[] {
  return [
    `CRIB-0${no}`,
    `Crib ${no}`,
    'crib',
    given.hs_codes ?? '9403509990',
    'Rail cover (teething): Silicone @ Sample Silicone Works',
    `SAMPLE-2026-00${no}`,
    'CNAS L0101',
    given.issued_on ?? '2026-08-01',
    'GB 31701-2026',
    ...CLAUSES.map(() => 'pass'),
  ];
}

async function loadProducts(page: Page, name: string, buffer: Buffer): Promise<void> {
  await page.goto(`${address()}/eligibility/load`);
  await page.setInputFiles('#file', { name, mimeType: XLSX, buffer });
  await page.getByRole('button', { name: 'Load', exact: true }).click();
}

/** The workbook of rejected rows with one text in place of another, as a person mends it. */
function mended(bytes: Buffer, changes: Readonly<Record<string, string>>): Buffer {
  const book = read(bytes);
  const [name = ''] = book.SheetNames;
  const sheet = book.Sheets[name];
  if (!sheet) throw new Error('the workbook of rejected rows has no sheet');
  const rows: string[][] = utils.sheet_to_json(sheet, { header: 1, raw: false, defval: '' });
  return workbookOf([{ name, rows: rows.map((row) => row.map((cell) => changes[cell] ?? cell)) }]);
}

async function isSound(page: Page): Promise<void> {
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(over).toBeLessThanOrEqual(0);
}

test('a manager loads products with reports, mends two rows, and checks a shipment by a report', async ({
  page,
}) => {
  await signInAsNew(page, { firm: 'compliance_manager' });
  const rows = [
    productRow(1),
    productRow(2, { hs_codes: '94035' }),
    productRow(3, { issued_on: 'soon' }),
    productRow(4),
  ];
  await loadProducts(page, 'products.xlsx', workbookOf([{ name: 'Products', rows: [HEADER, ...rows] }]));
  await expect(page.getByRole('status')).toContainText('2 rejected');
  const reasons = page.getByRole('table').first();
  await expect(reasons.getByRole('row', { name: /^3 / })).toContainText('HS codes');
  await expect(reasons.getByRole('row', { name: /^3 / })).toContainText('“94035”');
  await expect(reasons.getByRole('row', { name: /^4 / })).toContainText('Date of issue');
  await expect(reasons.getByRole('row', { name: /^4 / })).toContainText('“soon”');

  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: /2 rejected rows/ }).click();
  const rejected = await readFile(await (await downloading).path());
  await loadProducts(page, 'mended.xlsx', mended(rejected, { '94035': '9403509990', soon: '2026-08-02' }));
  await expect(page.getByRole('status')).toContainText('0 rejected');

  await page.getByRole('link', { name: 'Products', exact: true }).click();
  await expect(page.getByRole('row', { name: /CRIB-0/ })).toHaveCount(4);
  await page.getByRole('link', { name: 'CRIB-02' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Crib 2');
  await page.getByRole('link', { name: 'SAMPLE-2026-002' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('SAMPLE-2026-002');
  await expect(page.getByLabel('CNAS number')).toHaveValue('CNAS L0101');
});

test('the pages of the portfolio are sound when empty and when full, at both widths', async ({ page }) => {
  await signInAsNew(page, { firm: 'compliance_manager' });
  const pages = ['products', 'reports', 'reports/new', 'materials', 'labs', 'load'];
  for (const name of pages) {
    await page.goto(`${address()}/eligibility/${name}`);
    await isSound(page);
  }
  await loadProducts(page, 'products.xlsx', workbookOf([{ name: 'P', rows: [HEADER, productRow(1)] }]));
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 390, height: 844 });
  for (const name of pages) {
    await page.goto(`${address()}/eligibility/${name}`);
    await isSound(page);
  }
});

test('a supplier declares a material by a link without an account', async ({ page, browser }) => {
  await signInAsNew(page, { firm: 'compliance_manager' });
  await loadProducts(page, 'products.xlsx', workbookOf([{ name: 'P', rows: [HEADER, productRow(1)] }]));
  await page.goto(`${address()}/eligibility/materials`);
  await page.getByRole('button', { name: 'Ask supplier' }).click();
  const link = (await page.locator('.link-shown').textContent())?.trim() ?? '';
  const context = await browser.newContext({ locale: 'en-GB' });
  const supplier = await context.newPage();
  await supplier.goto(link);
  await isSound(supplier);
  await supplier.getByLabel('Material').fill('Silicone');
  await supplier.getByLabel('Declared on').fill('2026-08-01');
  await supplier.getByRole('button', { name: 'Send the declaration' }).click();
  await expect(supplier.getByRole('status')).toContainText('received');
  await context.close();
  await page.reload();
  await expect(page.getByRole('row', { name: /Rail cover/ })).toContainText('Sample Silicone Works');
});

import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, test, type Page } from '@playwright/test';
import { read, utils } from '@e965/xlsx';
import { workbookOf } from '../support/workbook.ts';
import { address, signInAsNew } from './people.ts';
import { expectSound } from './sound.ts';

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
  await expect(page.getByRole('status')).toContainText('rejected');
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
  await expect(reasons.getByRole('row', { name: /^3 / })).toContainText('hs codes');
  await expect(reasons.getByRole('row', { name: /^3 / })).toContainText('“94035”');
  await expect(reasons.getByRole('row', { name: /^4 / })).toContainText('issued on');
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

  await page.getByRole('link', { name: 'Check', exact: true }).click();
  const registered = page.locator('#registered');
  const choice = registered.locator('option', { hasText: 'SAMPLE-2026-002' });
  await registered.getByRole('combobox').selectOption(await choice.getAttribute('value'));
  await registered.getByLabel('Declaration date').fill('2026-09-28');
  await registered.getByRole('button', { name: 'Check', exact: true }).click();
  await expect(page).toHaveURL(/\/eligibility\/decisions\/[0-9a-f-]{36}/);
  await expect(page.locator('main')).toContainText('SAMPLE-2026-002');

  await page.getByRole('link', { name: 'Check', exact: true }).click();
  const typed = page.locator('#typed');
  await typed.getByRole('button', { name: 'Set empty verdicts to pass' }).waitFor();
  await typed.getByLabel('Declaration date').fill('2026-09-28');
  await typed.getByLabel('Customs office').fill('3104');
  await typed.getByLabel('Category').fill('crib');
  await typed.getByLabel('Report no.').fill('SAMPLE-2026-003');
  await typed.getByLabel('Issued on').fill('2026-08-02');
  await typed.getByLabel('Laboratory, CNAS id').fill('CNAS L0101');
  await typed.getByLabel('Standard cited').fill('GB 31701-2026');
  await typed.getByRole('button', { name: 'Set empty verdicts to pass' }).click();
  await expect(typed.getByLabel('Report no.')).toHaveValue('SAMPLE-2026-003');
  await typed.getByRole('button', { name: 'Check', exact: true }).click();
  await expect(page).toHaveURL(/\/eligibility\/decisions\/[0-9a-f-]{36}/);
  // Nobody has registered the laboratory: what is not known is never green.
  await expect(page.getByRole('heading', { level: 2 }).first()).toHaveText(/^\s*(No|Unknown): /);
  await expect(page.locator('main')).toContainText('CNAS L0101');
});

test('an analyst keeps a term, and a firm reads its report by it in the other language', async ({
  page,
  browser,
}) => {
  // The glossary is everybody's: a term of this run.
  const run = randomBytes(3).toString('hex');
  const [term, spelling, english] = [`围栏间隙${run}`, `围栏的间隙${run}`, `Gap between slats ${run}`];
  await signInAsNew(page, { operator: 'analyst' });
  await page.goto(`${address()}/eligibility/glossary`);
  await expectSound(page);
  await page.getByLabel('Kind').last().selectOption('test');
  await page.getByLabel('Chinese', { exact: true }).fill(term);
  await page.getByLabel('English', { exact: true }).fill('Pass');
  await page.getByLabel('Other spellings').fill('小零件');
  await page.getByLabel('Source', { exact: true }).fill('Sample');
  await page.getByRole('button', { name: 'Save the term' }).click();
  await expect(page.getByRole('alert')).toContainText('Not saved');
  await expect(page.locator('#term')).toContainText('“小零件” belongs to 小零件 = Small parts already');
  await page.getByLabel('Other spellings').fill(spelling);
  await page.getByLabel('English', { exact: true }).fill(english);
  await page.getByRole('button', { name: 'Save the term' }).click();
  await expect(page.getByRole('status')).toContainText(`${term} = ${english}`);

  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 390, height: 844 } });
  const reader = await context.newPage();
  await signInAsNew(reader, { firm: 'compliance_manager' });
  const header = ['product_code', 'product_name', 'report_no', 'cnas_id', 'issued_on', 'standard'];
  const report = ['CRIB-01', 'Crib', 'SAMPLE-2026-001', 'CNAS L0101', '2026-08-01', 'GB 31701-2026'];
  const rows = [
    [...header, 'clause', 'test_name', 'verdict', 'result', 'unit'],
    [...report, '4.8', spelling, '合格', '52', 'mm'],
    [...report, '4.12', '耐久性说明', '不合格', '', ''],
  ];
  await loadProducts(reader, 'tests.xlsx', workbookOf([{ name: 'P', rows }]));
  await reader.goto(`${address()}/eligibility/reports`);
  await reader.getByRole('link', { name: 'SAMPLE-2026-001' }).click();
  const beside = reader.locator('#beside');
  await expect(beside).toContainText('Translation from the glossary, not part of the report');
  await expect(beside.getByRole('row', { name: new RegExp(`${spelling}.*${english}`) })).toBeVisible();
  await expect(beside.getByRole('row', { name: /^Clause 4.12 Clause 4.12/ })).toBeVisible();
  await expect(beside.getByRole('row', { name: /不合格.*Fail/ })).toBeVisible();
  await expect(
    beside.getByRole('row', { name: /耐久性说明.*耐久性说明 \(not in the glossary\)/ }),
  ).toBeVisible();
  await expectSound(reader);
  await beside.getByRole('link', { name: 'In Chinese' }).click();
  await expect(beside.getByRole('row', { name: /4.12 第4.12条/ })).toBeVisible();
  await reader.goto(`${address()}/eligibility/glossary?q=${run}`);
  await expect(reader.getByRole('row', { name: term })).toBeVisible();
  await expect(reader.getByRole('button', { name: 'Save the term' })).toHaveCount(0);
  await context.close();
});

const PAGES = ['products', 'reports', 'reports/new', 'materials', 'labs', 'glossary', 'load'];

test('the pages of a portfolio that is empty are sound', async ({ page }) => {
  await signInAsNew(page, { firm: 'compliance_manager' });
  for (const name of PAGES) {
    await page.goto(`${address()}/eligibility/${name}`);
    await expectSound(page);
  }
});

test('the pages of a portfolio with a product are sound, dark on a phone', async ({ page }) => {
  await signInAsNew(page, { firm: 'compliance_manager' });
  await loadProducts(page, 'products.xlsx', workbookOf([{ name: 'P', rows: [HEADER, productRow(1)] }]));
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 390, height: 844 });
  for (const name of ['products', 'reports', 'materials', 'load']) {
    await page.goto(`${address()}/eligibility/${name}`);
    await expectSound(page);
  }
});

test('a supplier declares by a link until it is revoked, and what is deleted says what goes', async ({
  page,
  browser,
}) => {
  await signInAsNew(page, { firm: 'compliance_manager' });
  await loadProducts(page, 'products.xlsx', workbookOf([{ name: 'P', rows: [HEADER, productRow(1)] }]));
  await page.goto(`${address()}/eligibility/materials`);
  await page.getByRole('button', { name: 'Ask supplier' }).click();
  const link = (await page.locator('.link-shown').textContent())?.trim() ?? '';
  await page.reload();
  await expect(page.locator('.link-shown')).toHaveCount(0);
  await expect(page.locator('summary', { hasText: 'Revoke…' })).toHaveCount(1);
  const context = await browser.newContext({ locale: 'en-GB' });
  const supplier = await context.newPage();
  await supplier.goto(link);
  await expectSound(supplier);
  await supplier.getByLabel('Material').fill('Silicone');
  await supplier.getByLabel('Declared on').fill('2026-08-01');
  await supplier.getByRole('button', { name: 'Send the declaration' }).click();
  await expect(supplier.getByRole('status')).toContainText('received');
  await page.goto(`${address()}/eligibility/materials`);
  await expect(page.getByRole('row', { name: /^Rail cover teething/ })).toContainText('declared');
  const answered = page.getByRole('row', { name: /answered, may be corrected/ });
  await answered.getByText('Revoke…').click();
  await answered.getByRole('button', { name: 'Revoke this link' }).click();
  await expect(answered).toHaveCount(0);
  await supplier.goto(link);
  await expect(supplier.locator('main')).toContainText('This link is closed');
  await context.close();

  await page.getByRole('link', { name: 'CRIB-01' }).click();
  await page.getByText('Delete product…').click();
  await page.getByRole('button', { name: 'Delete this product' }).click();
  await expect(page.getByRole('alert')).toContainText('1 declaration of materials');
  await page.getByRole('link', { name: 'SAMPLE-2026-001' }).click();
  await page.getByText('Delete report…').click();
  await page.getByRole('button', { name: 'Delete this report' }).click();
  await expect(page).toHaveURL(/\/eligibility\/reports(\?|$)/);
  await expect(page.getByRole('row', { name: /SAMPLE-2026-001/ })).toHaveCount(0);
});

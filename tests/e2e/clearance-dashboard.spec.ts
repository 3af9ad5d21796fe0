import { expect, test, type Page } from '@playwright/test';
import { address, importFile, scriptsOfHours, signInAsNew, weeksOfRecords } from './people.ts';
import { expectSound, expectSoundInEveryForm } from './sound.ts';

async function openDashboard(page: Page, query = ''): Promise<void> {
  await signInAsNew(page, { firm: 'compliance_manager' });
  await importFile(page, 'weeks.csv', weeksOfRecords());
  await page.goto(`${address()}/clearance${query}`);
  await scriptsOfHours(page);
}

test('answers a query, draws it and shows its table without scripts', async ({ page, browser }) => {
  await openDashboard(page);
  const context = await browser.newContext({
    javaScriptEnabled: false,
    storageState: await page.context().storageState(),
    locale: 'en-GB',
    viewport: { width: 1440, height: 900 },
  });
  const plain = await context.newPage();
  await plain.goto(`${address()}/clearance`);
  await plain.getByLabel('District').selectOption('3100');
  await plain.getByLabel('Channel', { exact: true }).selectOption('green');
  await plain.getByLabel('Compared with').selectOption('year');
  await plain.getByRole('button', { name: 'Update' }).click();
  // The named period stays a name, although the form sends its days.
  await expect(plain).toHaveURL(/\/clearance\?vs=year&district=3100&channel=green$/);
  await expect(plain.locator('#trend svg path').first()).toBeAttached();
  await expect(plain.locator('#trend').getByText('no file', { exact: true })).toBeVisible();
  await plain.locator('#trend').getByText('The numbers as a table').click();
  await expect(plain.locator('#trend').getByRole('row', { name: /^15 to 21 Jun/ })).toContainText('20');
  await plain.getByRole('link', { name: 'Without Green lane' }).click();
  await expect(plain).toHaveURL(/\/clearance\?vs=year&district=3100$/);
  await plain.getByRole('link', { name: 'Median', exact: true }).click();
  await expect(plain).toHaveURL(/&stat=p50$/);
  await context.close();
});

test('keeps a day that was changed, and the named period when none was', async ({ page }) => {
  await openDashboard(page, '?range=90d');
  await page.getByRole('button', { name: 'Update' }).click();
  await expect(page).toHaveURL(/\/clearance\?range=90d$/);
  await page.getByLabel('Declared from').fill('2026-06-08');
  await page.getByRole('button', { name: 'Update' }).click();
  await expect(page).toHaveURL(/\/clearance\?from=2026-06-08&to=2026-07-21$/);
  await page.getByRole('link', { name: 'All on file' }).click();
  await expect(page).toHaveURL(/\/clearance\?range=all$/);
});

test('reads the trend by the arrow keys and lists the declarations of a week', async ({ page }) => {
  await openDashboard(page);
  // The year of a day is named once it is over.
  const cursor = page.locator('#trend').getByRole('slider');
  await cursor.focus();
  await page.keyboard.press('End');
  await expect(cursor).toHaveAttribute(
    'aria-valuetext',
    /^20 to 21 Jul( 2026)?\. Green lane: 4\.4 hours, n = 20\./,
  );
  await page.keyboard.press('ArrowLeft');
  await expect(cursor).toHaveAttribute('aria-valuetext', /^13 to 19 Jul( 2026)?\./);
  await expect(page.locator('#trend')).toContainText('n = 20');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('40 declarations behind the number');
});

test('reads the trend by the pointer', async ({ page }) => {
  await openDashboard(page);
  const plot = page.locator('#trend .scrubber');
  await plot.scrollIntoViewIfNeeded();
  await plot.hover({ position: { x: 4, y: 100 } });
  await expect(plot).toContainText('1 to 7 Jun');
  await page.getByRole('heading', { level: 1 }).hover();
  await expect(plot).not.toContainText('1 to 7 Jun');
});

test('toggles the table behind a chart with t', async ({ page }) => {
  await openDashboard(page);
  const table = page.locator('#trend table').first();
  await expect(table).toBeHidden();
  await page.keyboard.press('t');
  await expect(table).toBeVisible();
  await page.keyboard.press('t');
  await expect(table).toBeHidden();
  await page.locator('#distribution').getByRole('slider').focus();
  await page.keyboard.press('t');
  await expect(page.locator('#distribution table')).toBeVisible();
  await expect(table).toBeHidden();
});

test('walks through the map of offices and months, and leads to the declarations of a cell', async ({
  page,
}) => {
  await openDashboard(page);
  const map = page.locator('#heat');
  await map.getByRole('gridcell').last().focus();
  await expect(map).toContainText(/3104 Beilun, Jul 2026: Mean [\d.]+ h/);
  await page.keyboard.press('ArrowUp');
  await expect(map).toContainText(/3101 Ningbo, Jul 2026: Mean [\d.]+ h/);
  await page.keyboard.press('Home');
  await expect(map).toContainText('3101 Ningbo, Jun 2026');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('80 declarations behind the number');
});

test('sorts both ways and says by what', async ({ page }) => {
  await openDashboard(page);
  const offices = page.locator('#offices');
  const means = async () =>
    (await offices.locator('tbody tr td:nth-child(5)').allInnerTexts()).map((text) => Number(text));
  await expect(offices.getByRole('columnheader', { name: 'Mean, h' })).toHaveAttribute(
    'aria-sort',
    'descending',
  );
  const down = await means();
  expect(down).toHaveLength(4);
  expect(down).toEqual(down.toSorted((a, b) => b - a));
  await offices.getByRole('link', { name: 'Mean, h' }).click();
  await expect(offices.getByRole('columnheader', { name: 'Mean, h' })).toHaveAttribute(
    'aria-sort',
    'ascending',
  );
  await expect(page).toHaveURL(/\?sort=-mean#offices$/);
  expect(await means()).toEqual(down.toReversed());
});

test('leads from every number to as many declarations', async ({ page }) => {
  await openDashboard(page);
  for (const panel of ['#offices', '#categories', '#stages']) {
    const link = page.locator(`${panel} td.num a`).first();
    const n = await link.innerText();
    await link.click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(`${n} declarations behind the number`);
    await page.goBack();
  }
});

test('compares with another office, and with nothing', async ({ page }) => {
  await openDashboard(page);
  await page.getByLabel('Compared with').selectOption('3101');
  await page.getByRole('button', { name: 'Update' }).click();
  await expect(page).toHaveURL(/\?vs=3101$/);
  await expect(page.locator('main')).toContainText('3101 Ningbo');
  await expect(page.locator('#offices')).toContainText('change against 3101 Ningbo');
  await page.getByLabel('Compared with').selectOption('none');
  await page.getByRole('button', { name: 'Update' }).click();
  await expect(page.locator('#offices').getByRole('columnheader', { name: 'Change, h' })).toHaveCount(0);
});

test('refuses to compare with the published series and says why', async ({ page }) => {
  await openDashboard(page);
  await expect(page.locator('#trend')).toContainText('1.03 h published by Customs for 2022');
  await page.getByRole('link', { name: 'Why not' }).click();
  await expect(page.locator('#reading')).toContainText(
    'It measures something else: start, end and population differ, so it is not compared.',
  );
  await expect(page.locator('#reading')).toBeInViewport();
});

test('names the filters when nothing answers, and takes each off', async ({ page }) => {
  await openDashboard(page, '?district=5300&channel=green');
  await expect(page.locator('main')).toContainText('No declarations match this query');
  await expect(page.locator('.empty')).toContainText('5300 Shenzhen Customs, Green lane');
  await expectSound(page);
  await page.locator('.empty').getByRole('link', { name: 'Without 5300 Shenzhen Customs' }).click();
  await expect(page).toHaveURL(/\?channel=green$/);
  await expect(page.locator('#main')).toContainText('n = 140');
});

test('keeps the numbers, dimmed after a moment, while the next ones are on their way', async ({ page }) => {
  await openDashboard(page);
  let release: () => void = () => {};
  const held = new Promise<void>((done) => (release = done));
  await page.route('**/clearance/__data.json*', async (route) => {
    await held;
    await route.continue();
  });
  await page.getByRole('link', { name: '30 days' }).click();
  const numbers = page.locator('[aria-busy]');
  await expect(numbers).toHaveAttribute('aria-busy', 'true');
  await expect(numbers).toContainText('n = 280');
  await expect(numbers).toHaveCSS('opacity', '0.6');
  release();
  await expect(numbers).toHaveAttribute('aria-busy', 'false');
  await expect(numbers).toHaveCSS('opacity', '1');
});

for (const query of ['?range=all&by=day&stat=p90&rows=all', '?vs=3101&district=3100'])
  test(`has no accessibility violation with ${query}, tables open, in both themes, wide and narrow`, async ({
    page,
  }) => {
    // Two analyses of a page with hundreds of cells.
    test.slow();
    await openDashboard(page, query);
    await expectSoundInEveryForm(page, async () => {
      await page.goto(`${address()}/clearance${query}`);
      await scriptsOfHours(page);
      await page.locator('#trend').getByRole('slider').focus();
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('t');
    });
  });

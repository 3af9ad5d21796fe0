import { expect, test, type Browser, type Page } from '@playwright/test';
import type { FirmRole, OperatorRole } from '#lib/domain/accounts/actor.ts';
import { approveVersion } from '#lib/server/rules/approve.ts';
import { publishVersion } from '#lib/server/rules/publish.ts';
import { aDraft, anInstrument, approver as approving_key, aVersion, held } from '../support/rules.ts';
import { address, openApp, signInAsNew } from './people.ts';
import { expectSound } from './sound.ts';

const TODAY = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
const LATER = `${Number(TODAY.slice(0, 4)) + 1}-03-01`;
const OLD_TEXT = '模拟使用 1000 次后，部件所受力不应大于 20 N。';
const NEW_TEXT = '模拟使用 1500 次后，部件所受力不应大于 15 N。';

/** Somebody of their own, in a window of their own. */
async function somebody(
  browser: Browser,
  who: { firm: FirmRole } | { operator: OperatorRole },
): Promise<Page> {
  const page = await (await browser.newContext({ locale: 'en-GB' })).newPage();
  await signInAsNew(page, who);
  return page;
}

/** A standard whose clause 4.12 waits for its interpretation. */
async function pendingStandard(): Promise<string> {
  const app = openApp();
  const slug = await anInstrument(app, { kind: 'standard', title: '婴童用品安全技术规范' });
  await aVersion(app, slug, {
    label: '2026',
    provisions: [{ path: '4.12', text: OLD_TEXT, status: 'interpretation_pending' }],
  });
  return slug;
}

test('an interpretation is drafted by one, approved by another, pending until its day and then in force', async ({
  browser,
}) => {
  const slug = await pendingStandard();
  const analyst = await somebody(browser, { operator: 'analyst' });
  await analyst.goto(`${address()}/rules/${slug}`);
  await expect(analyst.locator('main')).toContainText('Interpretation pending');
  await analyst.getByRole('link', { name: 'New version from this one' }).click();
  await analyst.getByLabel('Name of the version').fill('Interpretation of 4.12');
  await analyst.getByRole('button', { name: 'Go on' }).click();
  await expect(analyst.getByRole('heading', { level: 1 })).toHaveText('Interpretation of 4.12');
  await analyst.getByLabel('In force from').fill(LATER);
  await analyst.getByLabel('Original, which alone is law').fill(NEW_TEXT);
  await analyst.getByLabel('Interpretation', { exact: true }).selectOption('interpreted');
  await analyst.getByRole('button', { name: 'Save the draft' }).last().click();
  await expect(analyst.getByRole('status')).toContainText('Saved');
  await expect(analyst.getByRole('button', { name: 'Approve' })).toBeDisabled();
  const draft = analyst.url().split('?')[0] ?? '';

  const firm = await somebody(browser, { firm: 'compliance_manager' });
  await firm.goto(`${address()}/rules`);
  await expect(firm.getByRole('link', { name: 'Drafts and approvals' })).toHaveCount(0);
  expect((await firm.goto(draft))?.status()).toBe(403);
  await firm.goto(`${address()}/rules/${slug}?on=${LATER}`);
  await expect(firm.locator('main')).toContainText('20 N');

  const approver = await somebody(browser, { operator: 'approver' });
  await approver.goto(`${address()}/rules/drafts`);
  await approver
    .getByRole('row', { name: new RegExp(slug) })
    .getByRole('link')
    .first()
    .click();
  await approver.getByRole('button', { name: 'Approve' }).click();
  await approver.getByText('Publish…').click();
  await expect(approver.locator('main')).toContainText('visible to all firms');
  await approver.getByRole('button', { name: 'Publish it for all firms' }).click();
  await expect(approver.locator('.page-head')).toContainText('Published');

  await firm.goto(`${address()}/rules/${slug}`);
  await expect(firm.locator('.clause')).toContainText('20 N');
  await expect(firm.locator('.standing')).toContainText('Interpretation of 4.12 follows on 1 Mar');
  await expect(firm.locator('.banner.warn')).toContainText('Interpretation pending');
  await firm.goto(`${address()}/rules/${slug}?on=${LATER}`);
  await expect(firm.locator('.clause')).toContainText('15 N');
  await expect(firm.locator('.banner.warn')).toHaveCount(0);
  await firm.getByRole('button', { name: 'Compare' }).click();
  await expect(firm.locator('ins.limit').filter({ hasText: '15' }).first()).toBeVisible();
  await expect(firm.locator('del.limit').filter({ hasText: '20' }).first()).toBeVisible();
  await firm.goto(`${address()}/rules/calendar`);
  await expect(firm.locator('main')).toContainText('Interpretation of 4.12');
});

test('an approver withdraws a draft with a reason that stays', async ({ browser }) => {
  const slug = await pendingStandard();
  const approver = await somebody(browser, { operator: 'approver' });
  const { id } = await aDraft(openApp(), slug, { label: 'by a key' });
  await approver.goto(`${address()}/rules/drafts/${id}`);
  await expect(approver.getByRole('button', { name: 'Approve' })).toBeEnabled();
  await approver.getByText('Withdraw…').click();
  await approver.getByLabel('Reason').fill('Taken from the wrong notice.');
  await approver.getByRole('button', { name: 'Withdraw it' }).click();
  await expect(approver.locator('main')).toContainText('Taken from the wrong notice.');
});

test('a conflict keeps the text of whoever comes second', async ({ browser }) => {
  const { id } = await aDraft(openApp(), await pendingStandard(), { label: 'twice' });
  const first = await somebody(browser, { operator: 'analyst' });
  const second = await somebody(browser, { operator: 'analyst' });
  for (const page of [first, second]) await page.goto(`${address()}/rules/drafts/${id}`);
  for (const [page, words] of [
    [first, '第一人的文本'],
    [second, '第二人的文本'],
  ] as const) {
    await page.getByLabel('Original, which alone is law').fill(words);
    await page.getByRole('button', { name: 'Save the draft' }).last().click();
    await expect(page.getByRole('status')).toContainText('Saved');
  }
  await expect(second.getByRole('status')).toContainText('Saved by somebody else');
  await expect(second.getByLabel('Original, which alone is law')).toHaveValue('第二人的文本');
  await second.getByRole('button', { name: /^Save mine over revision/ }).click();
  await expect(second.getByRole('status')).not.toContainText('by somebody else');
  await expect(second.getByRole('status')).toContainText('Saved');
  await first.goto(`${address()}/rules/drafts/${id}`);
  await expect(first.getByLabel('Original, which alone is law')).toHaveValue('第二人的文本');
});

test('a pasted text is shown in clauses, with its problems, before it is kept, without scripts', async ({
  browser,
}) => {
  const slug = await anInstrument(openApp());
  const signed_in = await somebody(browser, { operator: 'analyst' });
  const context = await browser.newContext({
    javaScriptEnabled: false,
    storageState: await signed_in.context().storageState(),
    locale: 'en-GB',
  });
  const page = await context.newPage();
  await page.goto(`${address()}/rules/drafts/new?instrument=${slug}`);
  await page.getByLabel('Name of the version').fill('1.0');
  await page
    .getByLabel('Paste the text')
    .fill('第一条 适用于婴童用品。\n第二条 报告有效期为90日。\n第四条 自公布之日起施行。');
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(page.locator('main')).toContainText('Line 3: a number is missing before 第四条.');
  await page.getByRole('button', { name: 'Keep these clauses as a draft' }).click();
  await expect(page.locator('legend', { hasText: 'Clause' })).toHaveCount(3);
  await page.locator('#p0').getByRole('button', { name: 'Down' }).click();
  await expect(page.locator('#p1').getByLabel('Number', { exact: true })).toHaveValue('1');
  await page.locator('#p0').getByRole('button', { name: 'Remove' }).click();
  await expect(page.locator('fieldset[id^=p]')).toHaveCount(2);
  await context.close();
});

test('a parameter that cannot be is marked where it stands', async ({ page }) => {
  await signInAsNew(page, { operator: 'analyst' });
  await page.goto(`${address()}/rules/drafts/new?instrument=ningbo-customs-notice-2026-017`);
  // The newest stands first; the one that is published is the oldest.
  const published = page.getByLabel('Begin with').locator('option').last();
  await page.getByLabel('Begin with').selectOption(await published.getAttribute('value'));
  await page.getByLabel('Name of the version').fill('sixty days');
  await page.getByRole('button', { name: 'Go on' }).click();
  const age = page.getByLabel('Age of a report at most', { exact: true });
  await expect(age).toHaveValue('90');
  await age.fill('ninety');
  await page.getByRole('button', { name: 'Save the draft' }).last().click();
  await expect(age).toHaveValue('ninety');
  await expect(age).toHaveAttribute('aria-invalid', 'true');
  await age.fill('６０');
  await page.getByRole('button', { name: 'Save the draft' }).last().click();
  await expect(age).toHaveValue('60');
  await page.getByRole('link', { name: 'See what changes' }).click();
  await expect(page.getByRole('row', { name: /report_age_days\.value/ })).toContainText('−33%');
});

test('relations, the list of tests, topics and further days are written in the editor and read by all', async ({
  browser,
}) => {
  const app = openApp();
  const [slug, older] = [await anInstrument(app, { kind: 'standard' }), await anInstrument(app)];
  const { id } = await aDraft(app, slug, { label: 'with its parts' });
  const analyst = await somebody(browser, { operator: 'analyst' });
  await analyst.goto(`${address()}/rules/drafts/${id}`);
  await analyst.getByLabel('Signed on').fill('2025-11-30');
  await analyst.getByLabel('Issued on').fill('2025-12-01');
  await analyst.getByLabel('Partly replaced from').fill('2027-01-01');
  await analyst.getByLabel('1: Relation').selectOption('Partly replaces');
  await analyst.getByLabel('1: Instrument').selectOption(older);
  await analyst.getByLabel('1: Clauses, where not the whole').fill('第４．１２条、A.2');
  await analyst.getByLabel('Named by the issuer').fill('小零件');
  await analyst.getByLabel('Paste the annex').fill('4.8 扭矩试验\n4.11 燃烧速率');
  await analyst.getByRole('button', { name: 'Read into lines' }).click();
  await expect(analyst.getByLabel('2: Test, as the annex names it')).toHaveValue('燃烧速率');
  await analyst.getByLabel('1: Requirement', { exact: true }).fill('eight');
  await analyst.getByRole('button', { name: 'Save the draft' }).last().click();
  await expect(analyst.locator('#annex')).toContainText('Line 1:');
  await analyst.getByLabel('1: Requirement', { exact: true }).fill('８');
  await analyst.getByLabel('1: Requirement confirmed').check();
  await analyst.getByRole('button', { name: 'Save the draft' }).last().click();
  await expect(analyst.getByRole('status')).toContainText('Saved');
  await expect(analyst.getByLabel('1: Clauses, where not the whole')).toHaveValue('4.12, A.2');
  await expect(analyst.getByLabel('Signed on')).toHaveValue('2025-11-30');
  held(await approveVersion(app, approving_key, { id }));
  held(await publishVersion(app, approving_key, id));
  const firm = await somebody(browser, { firm: 'executive' });
  await firm.goto(`${address()}/rules/${slug}?on=${TODAY}`);
  await expect(firm.locator('#annex').getByRole('row', { name: /扭矩试验/ })).toContainText('8');
  await expect(firm.locator('#annex').getByRole('row', { name: /燃烧速率/ })).toContainText('not placed');
  await expect(firm.locator('main')).toContainText('Named, but not placed yet: 小零件.');
  await firm.getByText('Source and proof').click();
  await expect(firm.locator('.source')).toContainText('4.12, A.2');
});

test('a mapping of two instruments is written by one and approved by another', async ({ browser }) => {
  const app = openApp();
  const [older, newer] = [await anInstrument(app), await anInstrument(app)];
  await aVersion(app, older, { provisions: ['4.1', '4.2'].map((path) => ({ path, text: '一' })) });
  await aVersion(app, newer, { provisions: [{ path: '5.1', text: '一' }] });
  const address_of_mapping = `${address()}/rules/mapping?from=${older}&to=${newer}`;
  const analyst = await somebody(browser, { operator: 'analyst' });
  await analyst.goto(address_of_mapping);
  await expect(analyst.locator('.kv dd').first()).toHaveText('4.1, 4.2');
  await analyst.getByLabel(`1: ${older}`).fill('4.1');
  await analyst.getByLabel(`1: ${newer}`).fill('5.1');
  await analyst.getByRole('button', { name: 'Save the mapping' }).click();
  await expect(analyst.locator('.kv dd').first()).toHaveText('4.2');
  await expect(analyst.locator('.kv dd').last()).toHaveText('–');
  await expect(analyst.locator('main')).toContainText('1 waits for approval by another person.');
  const approver = await somebody(browser, { operator: 'approver' });
  await approver.goto(address_of_mapping);
  await approver.getByRole('button', { name: 'Approve 1 pair as saved' }).click();
  await expect(approver.getByRole('row').nth(1)).toContainText('Sample Person');
  const firm = await somebody(browser, { firm: 'owner' });
  expect((await firm.goto(address_of_mapping))?.status()).toBe(403);
});

test('the rules are readable for everybody, wide and narrow', async ({ page }) => {
  const app = openApp();
  const slug = await pendingStandard();
  const bare = await anInstrument(app);
  const { id } = await aDraft(app, slug, { label: 'to be read' });
  await signInAsNew(page, { operator: 'analyst' });
  for (const path of [
    'rules',
    `rules/${slug}`,
    `rules/${bare}`,
    'rules/ningbo-customs-notice-2026-017',
    'rules/calendar',
    'rules/drafts',
    `rules/drafts/new?instrument=${slug}`,
    `rules/drafts/${id}`,
    `rules/mapping?from=${bare}&to=${slug}`,
  ])
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: width === 390 ? 'dark' : 'light' });
      await page.goto(`${address()}/${path}`);
      await expectSound(page);
    }
});

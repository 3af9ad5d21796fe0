import { expect, test, type Browser, type Page } from '@playwright/test';
import { randomBytes } from 'node:crypto';
import type { FirmRole, OperatorRole } from '#lib/domain/accounts/actor.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { storeItems } from '#lib/server/watch/store-items.ts';
import { packSnapshot, storeSnapshot } from '#lib/server/watch/store-snapshot.ts';
import { anInstrument } from '../support/rules.ts';
import { address, openApp, press, signInAsNew } from './people.ts';
import { expectSound } from './sound.ts';

/** Somebody of their own, in a window of their own. */
async function somebody(
  browser: Browser,
  who: { firm: FirmRole } | { operator: OperatorRole },
  locale = 'en-GB',
): Promise<Page> {
  const page = await (await browser.newContext({ locale })).newPage();
  await signInAsNew(page, who);
  return page;
}

/** A word that stands in no other test. */
const ownWord = () =>
  `样例${[...randomBytes(4)].map((byte) => String.fromCodePoint(0x5000 + byte * 7)).join('')}`;

type Notice = { title: string; text: string; url?: string };

/** Stores notices as a check of a source does, with the page that each was read from. */
async function announce(...notices: Notice[]): Promise<void> {
  const app = openApp();
  const packed = await packSnapshot(
    new TextEncoder().encode(
      '<h1>公告原文</h1><script>document.title = "run"</script><p onclick="x()">正文</p>',
    ),
  );
  await asOperator(app.db, async (tx) => {
    const name = randomBytes(4).toString('hex');
    const source = await tx
      .insertInto('source')
      .values({ slug: `e2e-${name}`, name: `样例来源 ${name}`, kind: 'manual', url: 'http://example.org/' })
      .returning('id')
      .executeTakeFirstOrThrow();
    for (const { title, text, url = `http://example.org/${randomBytes(6).toString('hex')}` } of notices) {
      const snapshot = await storeSnapshot(tx, {
        source_id: source.id,
        kind: 'manual',
        url,
        sha256: randomBytes(32).toString('hex'),
        packed,
        byte_count: 80,
        content_type: 'text/html; charset=utf-8',
        status: 200,
        headers: {},
        text_sha256: null,
        fetched_at: new Date(),
        captured_by: null,
      });
      const item = { title, text, url, number_row: null, issued_on: '2026-11-20' };
      await storeItems(tx, [{ ...item, effective_on: null, published_at: null }], {
        source_id: source.id,
        snapshot_id: snapshot.id,
        language: 'zh-CN',
        seen_at: new Date(),
      });
    }
  });
}

async function fillNew(
  page: Page,
  values: { slug: string; query: string; instrument?: string },
): Promise<void> {
  await page.goto(`${address()}/watch`);
  await page.getByRole('link', { name: 'Add a pending item' }).click();
  await page.getByLabel('Title', { exact: true }).fill(`Decision ${values.slug}`);
  await page.getByLabel('Short name').fill(values.slug);
  await page.getByLabel('Authority', { exact: true }).fill('Sample authority');
  await page.getByLabel('Instrument').selectOption(values.instrument ?? '');
  await page.getByLabel('Query').fill(values.query);
}

test('a notice becomes a signal, is confirmed by a key, moves its pending item, and opens a draft', async ({
  browser,
}) => {
  const word = ownWord();
  const slug = `e2e-${randomBytes(4).toString('hex')}`;
  const instrument = await anInstrument(openApp());
  const page = await somebody(browser, { operator: 'analyst' });
  await fillNew(page, { slug, instrument, query: `${word} AND clause:xyz` });
  await page.getByRole('button', { name: 'Try on the archive' }).click();
  await expect(page.getByRole('alert')).toContainText('clause:xyz at character');
  await page.getByLabel('Query').fill(`${word} AND 第4.12条`);
  await page.getByRole('button', { name: 'Try on the archive' }).click();
  await expect(page.locator('main')).toContainText('Nothing in the archive');
  await page.getByRole('button', { name: 'Await it' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Decision ${slug}`);

  await announce(
    { title: `关于${word}的复函`, text: `按照第４．１２條，${word}循环次数为1000次。` },
    { title: `${word}招标公告`, text: `第4.12条${word}设备采购` },
  );
  await page.goto(`${address()}/watch/signals?pending=${slug}`);
  await expect(page.locator('article mark').first()).toBeVisible();
  await press(page, 'j');
  await expect(page).toHaveURL(/at=/);
  if (!(await page.locator('article h3').innerText()).includes('招标')) {
    await press(page, 'k');
    await expect(page.locator('article h3')).toContainText('招标');
  }
  await press(page, 'x');
  await expect(page.getByRole('status')).toContainText('Dismissed');
  await press(page, 'u');
  await expect(page.getByRole('status')).toContainText('Taken back');
  await expect(page.locator('article h3')).toContainText('招标');
  await expect(page.locator('article h3 a')).toBeFocused();
  await press(page, 'x');
  await expect(page.getByRole('status')).toContainText('Dismissed');
  await expect(page.getByRole('complementary')).toContainText('招标');
  await expect(page.locator('article h3')).toContainText('复函');
  await press(page, 'c');
  await expect(page.getByRole('status')).toContainText('Subscribers were told');

  await page.goto(`${address()}/watch/signals?pending=${slug}&view=confirmed`);
  await page.getByRole('button', { name: 'Open a draft' }).click();
  await expect(page).toHaveURL(/\/rules\/drafts\//);
  await page.goto(`${address()}/watch/pending/${slug}`);
  await page.getByLabel('To', { exact: true }).selectOption('issued');
  await page.getByRole('button', { name: 'Move' }).click();
  await expect(page.getByRole('status')).toContainText('The change stands');
  await expect(page.locator('main')).toContainText(`Evidence: 关于${word}的复函`);

  const firm = await somebody(browser, { firm: 'compliance_manager' });
  await firm.goto(`${address()}/watch/pending/${slug}`);
  await expect(firm.locator('main')).toContainText(`关于${word}的复函`);
  await expect(firm.locator('main')).not.toContainText('招标');
  await expect(firm.getByRole('button', { name: 'Move' })).toHaveCount(0);
  expect((await firm.goto(`${address()}/watch/signals`))?.status()).toBe(403);
});

test('an item is read beside its original, which runs nothing, with its versions compared', async ({
  browser,
}) => {
  const word = ownWord();
  const url = `http://example.org/${randomBytes(6).toString('hex')}`;
  // Of one source: another site's text of the same notice is no edit of it.
  await announce(
    { title: `${word}公告`, text: '循环次数为1000次。', url },
    { title: `${word}公告`, text: '循环次数为1500次。', url },
  );
  const page = await somebody(browser, { operator: 'analyst' });
  await page.goto(`${address()}/watch/items?q=${encodeURIComponent(word)}`);
  await page.getByRole('link', { name: `${word}公告` }).click();
  await expect(page.locator('del')).toContainText('1000');
  await expect(page.locator('ins')).toContainText('1500');
  const frame = page.frameLocator('iframe');
  await expect(frame.getByRole('heading')).toHaveText('公告原文');
  await expect(frame.locator('script')).toHaveCount(0);
  await expect(page.locator('iframe')).toHaveAttribute('sandbox', '');
});

test('the pages of the watch are accessible and fit a phone, in both languages', async ({ browser }) => {
  test.setTimeout(180_000);
  const word = ownWord();
  await announce({ title: `${word} GB 31701—2026第4.12条解释`, text: '第4.12条解释。' });
  for (const locale of ['en-GB', 'zh-CN']) {
    const page = await somebody(browser, { operator: 'analyst' }, 'en-GB');
    if (locale === 'zh-CN')
      await page.context().addCookies([{ name: 'language', value: 'zh-CN', url: address() }]);
    for (const path of [
      '/watch',
      '/watch/signals',
      '/watch/items',
      '/watch/items?q=%22open',
      '/watch/pending/new',
      '/watch/pending/sac-clause-4.12?q=clause:xyz',
    ])
      for (const width of [1440, 390]) {
        await page.setViewportSize({ width, height: 900 });
        await page.goto(`${address()}${path}`);
        await expectSound(page);
      }
  }
});

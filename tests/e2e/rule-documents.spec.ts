import { createHash } from 'node:crypto';
import { expect, test, type Page } from '@playwright/test';
import { makeDocx, makePdf } from '../fixtures/documents/make.ts';
import { anInstrument } from '../support/rules.ts';
import { address, openApp, signInAsNew } from './people.ts';

type Text = { language: 'zh-CN' | 'en'; lines: readonly string[]; clauses: readonly [string, string][] };

const CHINESE: Text = {
  language: 'zh-CN',
  lines: [
    '婴童用品安全技术规范',
    '4.11 燃烧速率',
    '燃烧速率不应大于 30 mm/s。',
    '4.12 模拟使用耐久性',
    '循环次数不应少于 20 000 次。',
  ],
  clauses: [
    ['4.11', '燃烧速率不应大于 30 mm/s。'],
    ['4.12', '循环次数不应少于 20 000 次。'],
  ],
};
const ENGLISH: Text = {
  language: 'en',
  lines: [
    'Safety of goods for infants',
    'Clause 4.11 Burn rate',
    'The burn rate shall not exceed 30 mm/s.',
    'Clause 4.12 Simulated use',
    'The number of cycles shall be at least 20000.',
  ],
  clauses: [
    ['4.11', 'The burn rate shall not exceed 30 mm/s.'],
    ['4.12', 'The number of cycles shall be at least 20000.'],
  ],
};

/** Each line on its own page: what a reader of PDF files does with lines is not of interest here. */
function pdfOf({ language, lines }: Text): Uint8Array {
  return makePdf(lines.map((line) => (language === 'en' ? { en: line } : { zh: line })));
}

function htmlOf({ language, lines }: Text): Uint8Array {
  const body = lines.map((line) => `<p>${line}</p>`).join('');
  return Buffer.from(
    `<!doctype html><html lang="${language}"><meta charset="utf-8"><body>${body}</body></html>`,
  );
}

const FILES = [
  ['PDF in Chinese', 'notice.pdf', CHINESE, pdfOf],
  ['PDF in English', 'notice.pdf', ENGLISH, pdfOf],
  ['DOCX in Chinese', 'notice.docx', CHINESE, ({ lines }: Text) => makeDocx(lines)],
  ['DOCX in English', 'notice.docx', ENGLISH, ({ lines }: Text) => makeDocx(lines)],
  ['HTML in Chinese', 'notice.html', CHINESE, htmlOf],
] as const;

async function choose(page: Page, slug: string, name: string, bytes: Uint8Array): Promise<void> {
  await page.goto(`${address()}/rules/drafts/new?instrument=${slug}`);
  await page.getByLabel('Name of the version').fill('from a file');
  await page.getByLabel('Or upload the document (PDF, DOCX, HTML)').setInputFiles({
    name,
    mimeType: 'application/octet-stream',
    buffer: Buffer.from(bytes),
  });
  await page.getByRole('button', { name: 'Go on' }).click();
}

for (const [what, name, text, make] of FILES)
  test(`a ${what} is uploaded, shown in its clauses and kept as a draft that names it`, async ({ page }) => {
    const slug = await anInstrument(openApp(), { language: text.language });
    const bytes = make(text);
    await signInAsNew(page, { operator: 'analyst' });
    await choose(page, slug, name, bytes);
    await expect(page.getByRole('heading', { name: 'As it would be kept' })).toBeVisible();
    await expect(page.locator('main')).toContainText(name);
    const rows = page.locator('ol.rows > li');
    await expect(rows).toHaveCount(text.clauses.length);
    for (const [index, [path, body]] of text.clauses.entries()) {
      await expect(rows.nth(index)).toContainText(path);
      await expect(rows.nth(index)).toContainText(body);
    }
    await page.getByRole('button', { name: 'Keep these clauses as a draft' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('from a file');
    for (const [index, [path, body]] of text.clauses.entries()) {
      const clause = page.locator(`#p${index}`);
      await expect(clause.getByLabel('Number', { exact: true })).toHaveValue(path);
      await expect(clause.getByLabel('Original, which alone is law')).toHaveValue(body);
    }
    const facts = page.locator('aside');
    await expect(facts).toContainText(createHash('sha256').update(bytes).digest('hex'));
    await expect(facts).toContainText('Captured');
    await expect(facts).toContainText('Sample Person');
  });

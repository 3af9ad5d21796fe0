import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** Holds what is on the page against every rule of accessibility, and the page inside of its window. */
export async function expectSound(page: Page, rules: 'all' | 'colours' = 'all'): Promise<void> {
  // Our pages have no frames: the reading of frames opens a window of its own for each analysis.
  const axe = new AxeBuilder({ page }).setLegacyMode();
  const { violations } = await (rules === 'all' ? axe : axe.withRules('color-contrast')).analyze();
  expect(
    violations.map(({ id, nodes }) => [id, nodes[0]?.html]),
    page.url(),
  ).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow, page.url()).toBeLessThanOrEqual(0);
}

/**
 * The same in both themes, wide and narrow. Themes differ in colours alone, so that every rule is asked once
 * in each theme and once at each width, and the contrast of colours in all four forms.
 */
export async function expectSoundInEveryForm(page: Page, open: () => Promise<void>): Promise<void> {
  for (const [width, first, second] of [
    [1440, 'light', 'dark'],
    [390, 'dark', 'light'],
  ] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: first });
    await open();
    await expectSound(page);
    await page.emulateMedia({ colorScheme: second });
    await expectSound(page, 'colours');
  }
}

import { randomBytes } from 'node:crypto';
import type { Page } from '@playwright/test';
import type { FirmRole, OperatorRole } from '#lib/domain/accounts/actor.ts';
import { createFirm } from '#lib/server/accounts/firms.ts';
import { createUser } from '#lib/server/accounts/people.ts';
import type { App } from '#lib/server/app.ts';
import { appOf } from './program.ts';

export const address = () => process.env.GREENLANE_ADDRESS ?? '';

type Who = { firm: FirmRole } | { operator: OperatorRole };

/** A firm of its own (or nobody's, for the operator) with one person in it, signed in on this page. */
export async function signInAsNew(page: Page, who: Who): Promise<void> {
  const name = randomBytes(4).toString('hex');
  const person = { email: `${name}@example.org`, name: 'Sample Person', password: 'quiet-river-lamp-42' };
  const app = openApp();
  const refused: { problem: string }[] = [];
  if ('firm' in who) {
    const made = await createFirm(app, { slug: `firm-${name}`, name: `Sample Firm ${name}`, uscc: null });
    if (!made.ok) refused.push(made);
  }
  const user = await createUser(
    app,
    'firm' in who
      ? { ...person, firm_slug: `firm-${name}`, role: who.firm }
      : { ...person, operator_role: who.operator },
  );
  if (!user.ok) refused.push(user);
  if (refused.length > 0) throw new Error(refused.map(({ problem }) => problem).join(' '));
  await page.goto(`${address()}/login`);
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/overview');
}

let opened: App | null = null;

/** The database of the running program, once for all tests of this process. */
export function openApp(): App {
  const { GREENLANE_DATA_DIR: data_dir = '', GREENLANE_DATABASE_URL: database_url = '' } = process.env;
  return (opened ??= appOf({ data_dir, database_url }));
}

/** Eight weeks of declarations at two offices in both channels, one week missing; enough to compare. */
export function weeksOfRecords(): string {
  const header = 'declaration_no,direction,customs_office,hs_code,channel,declared_at,released_at';
  const rows: string[] = [];
  for (let week = 0; week < 8; week++) {
    if (week === 4) continue;
    for (let index = 0; index < 40; index++) {
      const declared = new Date(Date.UTC(2026, 5, 1 + 7 * week, index % 20, index));
      const is_green = index % 2 === 0;
      const hours = (is_green ? 3.6 : 10.2) + (index % 10) / 5;
      const released = new Date(declared.getTime() + hours * 3_600_000);
      const office = index % 4 < 2 ? '3104' : '3101';
      const serial = String(week * 100 + index + 1).padStart(9, '0');
      const time = (at: Date) => `${at.toISOString().slice(0, 16)}Z`;
      rows.push(
        `${office}20260${serial},export,${office},9403500090,${is_green ? 'green' : 'ordinary'},${time(declared)},${time(released)}`,
      );
    }
  }
  return [header, ...rows].join('\n');
}

/** Imports a file as a person does: choose it, see its columns, confirm, read what became of it. */
export async function importFile(page: Page, name: string, content: string | Buffer): Promise<void> {
  await openImport(page);
  await page.setInputFiles('#import-file', { name, mimeType: 'text/csv', buffer: Buffer.from(content) });
  await confirmColumns(page);
  await page.locator('#import').getByText(name).first().waitFor();
  await page.locator('#import').getByText('Rows', { exact: true }).waitFor();
}

/** The page of imports, once its scripts answer. */
export async function openImport(page: Page): Promise<void> {
  await page.goto(`${address()}/clearance/import`);
  await scriptsOfHours(page);
}

/** Agrees with the columns that are shown. */
export async function confirmColumns(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Import these columns' }).click();
}

/** Waits for the scripts of the page of hours: its way to imports says so once they answer. */
export async function scriptsOfHours(page: Page): Promise<void> {
  await page.getByText('Drop a file here').waitFor();
}

/** Presses a key on the page that is shown, once its script can hear it. */
export async function press(page: Page, key: string): Promise<void> {
  await page.waitForLoadState();
  await page.keyboard.press(key);
}

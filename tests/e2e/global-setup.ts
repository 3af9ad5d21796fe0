import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { chromium, type FullConfig } from '@playwright/test';
import { ROOT } from '../support/run-tool.ts';
import { startProgram } from './program.ts';

export const SESSION_FILE = join(ROOT, '.cache', 'e2e-session.json');

/** Starts the built program on an empty data directory and sets it up by its one-time link, in the browser. */
export default async function setup(config: FullConfig): Promise<() => Promise<void>> {
  // A firm's own sign-in service stands on loopback here.
  const { started, data_dir, database_url, stop } = await startProgram({
    ALLOW_PRIVATE_ADDRESSES: '127.0.0.0/8',
  });
  const link = /Set it up once, here: (\S+)/.exec(started.output())?.[1];
  if (!link) throw new Error(`no set-up link was printed:\n${started.output()}`);
  process.env.GREENLANE_ADDRESS = started.address;
  process.env.GREENLANE_DATA_DIR = data_dir;
  process.env.GREENLANE_DATABASE_URL = database_url;
  await mkdir(dirname(SESSION_FILE), { recursive: true });

  const browser = await chromium.launch(config.projects[0]?.use.launchOptions);
  const page = await browser.newPage({ locale: 'en-GB' });
  await page.goto(link);
  await page.fill('[name=name]', 'Ann Sample');
  await page.fill('[name=email]', 'ann@example.org');
  await page.fill('[name=password]', 'quiet-river-lamp-42');
  await page.fill('[name=firm_name]', 'Sample Infant Goods');
  await page.click('main button:not([name])');
  await page.waitForURL('**/overview');
  await page.context().storageState({ path: SESSION_FILE });
  await browser.close();

  return stop;
}

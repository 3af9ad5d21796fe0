import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { run, tool } from './run-tool.ts';

const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser to test with: the one named, an installed one, or Playwright's own. Null when there is none. */
export function findBrowser(): string | null {
  const candidates = [process.env.CHROMIUM_PATH, ...INSTALLED, chromium.executablePath()];
  return candidates.find((path) => path && existsSync(path)) ?? null;
}

/** Makes sure that a browser and a Chinese font are there, by Debian's packages or Playwright's download. */
export async function provideBrowser(): Promise<{ ok: true; path: string } | { ok: false; problem: string }> {
  const can_apt = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  const wanted = [...(findBrowser() ? [] : ['chromium']), ...(hasChineseFont() ? [] : ['fonts-noto-cjk'])];
  if (wanted.length > 0 && can_apt) {
    console.log(`Installing ${wanted.join(' and ')} from Debian's packages …`);
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-qq'], { quiet: true, env });
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...wanted], {
      quiet: true,
      env,
    });
  }
  if (!findBrowser()) {
    console.log('Fetching Chromium by Playwright …');
    await run(tool('playwright'), ['install', 'chromium'], { quiet: true });
  }
  if (!hasChineseFont())
    console.log('No Chinese font is installed: pictures will show boxes (fonts-noto-cjk has one).');
  const path = findBrowser();
  if (path) return { ok: true, path };
  return {
    ok: false,
    problem:
      'No Chromium was found or could be installed. Install it (apt-get install chromium), or set CHROMIUM_PATH to a Chrome or Chromium.',
  };
}

function hasChineseFont(): boolean {
  const listed = spawnSync('fc-list', [':lang=zh', 'family'], { encoding: 'utf8' });
  return listed.status === 0 && listed.stdout.trim() !== '';
}

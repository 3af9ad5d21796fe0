import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { buildIfNeeded } from '#lib/server/supervisor/build.ts';
import { check } from './check.ts';
import { provideBrowser } from './support/browser.ts';
import { ROOT, run, tool } from './support/run-tool.ts';

/**
 * `npm test`: format, lint, types, unit and integration tests, then the built program in a real browser.
 * `--long` runs the properties with their full counts, `--faults` the fault tests. Ends with the plain line
 * `N passed, N failed`.
 */
type Count = { passed: number; failed: number };

const vitest_report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  success: z.boolean(),
});
const playwright_report = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number() }),
});

const REPORTS = join(ROOT, '.cache', 'reports');
const is_long = process.argv.includes('--long');
const is_faults = process.argv.includes('--faults');

await rm(REPORTS, { recursive: true, force: true });
await mkdir(REPORTS, { recursive: true });
const counts = is_faults
  ? await faults()
  : is_long
    ? [await vitest(['unit', 'integration'], { LONG: '1' })]
    : await everything();
const passed = counts.reduce((sum, count) => sum + count.passed, 0);
const failed = counts.reduce((sum, count) => sum + count.failed, 0);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

async function everything(): Promise<Count[]> {
  const checks = await check();
  const house: Count = {
    passed: checks.filter((result) => result.is_ok).length,
    failed: checks.filter((result) => !result.is_ok).length,
  };
  return [house, await vitest(['unit', 'integration'], {}), await browser()];
}

async function faults(): Promise<Count[]> {
  const built = await buildIfNeeded(console.log);
  if (!built.ok) return [failure(built.problem)];
  return [await vitest(['faults'], {})];
}

async function vitest(projects: string[], env: NodeJS.ProcessEnv): Promise<Count> {
  const file = join(REPORTS, `${projects.join('-')}.json`);
  const { code } = await run(
    tool('vitest'),
    [
      'run',
      ...projects.flatMap((name) => ['--project', name]),
      '--reporter=dot',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ],
    { env },
  );
  const report = vitest_report.safeParse(await readJson(file));
  if (!report.success) return failure(`${projects.join(' and ')} tests did not end.`);
  const { numPassedTests: passed, numFailedTests: failed } = report.data;
  // A file that cannot be loaded fails the run without a failed test.
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed };
}

async function browser(): Promise<Count> {
  const found = await provideBrowser();
  if (!found.ok) return failure(found.problem);
  const built = await buildIfNeeded(console.log);
  if (!built.ok) return failure(built.problem);
  const file = join(REPORTS, 'browser.json');
  const { code } = await run(
    tool('playwright'),
    ['test', '--config', 'tests/e2e/playwright.config.ts', '--reporter=line,json'],
    { env: { CHROMIUM_PATH: found.path, PLAYWRIGHT_JSON_OUTPUT_NAME: file } },
  );
  const report = playwright_report.safeParse(await readJson(file));
  if (!report.success) return failure('The browser tests did not end.');
  const { expected, unexpected, flaky } = report.data.stats;
  return { passed: expected, failed: unexpected + flaky + (code !== 0 && unexpected + flaky === 0 ? 1 : 0) };
}

function failure(sentence: string): Count {
  console.log(`FAIL ${sentence}`);
  return { passed: 0, failed: 1 };
}

async function readJson(file: string): Promise<unknown> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    return value;
  } catch {
    return null;
  }
}

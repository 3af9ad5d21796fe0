import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

/** The project's own configuration without the rules that need types, so that a snippet needs no file. */
const eslint = new ESLint({
  cwd: ROOT,
  overrideConfig: { languageOptions: { parserOptions: { projectService: false, project: null } } },
  ruleFilter: ({ ruleId }) => ruleId === 'no-restricted-imports' || ruleId === 'no-restricted-syntax',
});

/** The rules that a file with this text breaks; a text that cannot be read counts as one. */
async function broken(file: string, code: string): Promise<string[]> {
  const text = file.endsWith('.svelte') ? `<script lang="ts">\n${code}\n</script>\n` : `${code}\n`;
  const [result] = await eslint.lintText(text, { filePath: join(ROOT, file) });
  return (result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message);
}

const DOMAIN = 'src/lib/domain/clearance/snippet.ts';
const SERVER = 'src/lib/server/clearance/snippet.ts';
const DB = 'src/lib/server/db/snippet.ts';
const UI = 'src/lib/ui/Snippet.svelte';
const CHART = 'src/lib/charts/snippet.ts';
const TEXTS = 'src/lib/i18n/snippet.ts';
const PAGE = 'src/routes/(app)/clearance/+page.server.ts';
const COMPONENT = 'src/routes/(app)/clearance/Snippet.svelte';
const JOB = 'jobs/snippet.ts';

describe('imports point one way', () => {
  test.each([
    [DOMAIN, `import { inFirm } from '#lib/server/db/tenancy.ts';`],
    [DOMAIN, `import type { App } from '#lib/server/app.ts';`],
    [DOMAIN, `export { inFirm } from '#lib/server/db/tenancy.ts';`],
    [DOMAIN, `void import('#lib/server/db/tenancy.ts');`],
    [DOMAIN, `import { readFile } from 'node:fs/promises';`],
    [DOMAIN, `import pg from 'pg';`],
    [DOMAIN, `import { load } from 'cheerio';`],
    [DOMAIN, `import { en } from '#lib/i18n/en.ts';`],
    [DOMAIN, `import { onMount } from 'svelte';`],
    [DOMAIN, `import { page } from '$app/state';`],
    [DOMAIN, `import { inFirm } from '../../server/db/tenancy.ts';`],
    [DOMAIN, `import { x } from '../rules/diff.ts';`],
    [DOMAIN, `import { x } from '#lib/domain/../server/app.ts';`],
    [DOMAIN, `import { x } from '$lib/domain/x';`],
    [DOMAIN, `export * from './measure.ts';`],
    [DOMAIN, `export default 1;`],
    [SERVER, `import { browser } from '$app/environment';`],
    [SERVER, `import { DATABASE_URL } from '$env/static/private';`],
    [SERVER, `import { error } from '@sveltejs/kit';`],
    [SERVER, `import Button from '#lib/ui/Button.svelte';`],
    [SERVER, `import { scale } from '#lib/charts/scale.ts';`],
    [SERVER, `void import('@sveltejs/kit');`],
    [SERVER, `import { load } from '../../../routes/+page.server.ts';`],
    [DB, `import { refuse } from '#lib/server/http/problem.ts';`],
    [DB, `import { refuse } from '../http/problem.ts';`],
    [UI, `import { inFirm } from '#lib/server/db/tenancy.ts';`],
    [UI, `import type { App } from '#lib/server/app.ts';`],
    [UI, `import { page } from '$app/state';`],
    [UI, `void import('#lib/server/app.ts');`],
    [CHART, `import { App } from '#lib/server/app.ts';`],
    [CHART, `import { readFile } from 'node:fs/promises';`],
    [TEXTS, `import { App } from '#lib/server/app.ts';`],
    [PAGE, `import pg from 'pg';`],
    [PAGE, `import { sql } from 'kysely';`],
    [PAGE, `import { Migrator } from 'kysely/migration';`],
    [PAGE, `import { from } from 'pg-copy-streams';`],
    [PAGE, `import { connect } from '#lib/server/db/connect.ts';`],
    [PAGE, `import { inFirm } from '#lib/server/db/tenancy.ts';`],
    [PAGE, `void import('pg');`],
    [PAGE, `import { x } from '$lib/server/x';`],
    [PAGE, `import { run } from '../../../../jobs/worker.ts';`],
    [COMPONENT, `import { page } from '$app/stores';`],
    [COMPONENT, `void import('kysely');`],
    [COMPONENT, `import Table from '../../../lib/ui/Table.svelte';`],
    [JOB, `import { building } from '$app/environment';`],
    [JOB, `import { load } from '../src/routes/+page.server.ts';`],
  ])('%s may not say %s', async (file, code) => {
    const rules = await broken(file, code);
    expect(rules).not.toEqual([]);
    for (const rule of rules) expect(['no-restricted-imports', 'no-restricted-syntax']).toContain(rule);
  });

  test.each([
    [
      DOMAIN,
      `import { MEASURES } from './measure.ts';\nimport { x } from '../y.ts';\nimport { z } from '#lib/domain/text/z.ts';`,
    ],
    [DOMAIN, `export const later = () => import('#lib/domain/text/fold.ts');`],
    [
      SERVER,
      `import { sql } from 'kysely';\nimport { inFirm } from '#lib/server/db/tenancy.ts';\nimport { M } from '#lib/domain/clearance/measure.ts';`,
    ],
    [
      SERVER,
      `import { textsOf } from '#lib/i18n/texts.ts';\nimport { refuse } from '#lib/server/http/problem.ts';`,
    ],
    [DB, `import pg from 'pg';\nimport { connect } from './connect.ts';`],
    [
      UI,
      `import type { Measure } from '#lib/domain/clearance/measure.ts';\nimport Mark from './Mark.svelte';`,
    ],
    [CHART, `import { scaleLinear } from 'd3';`],
    [TEXTS, `import type { Measure } from '#lib/domain/clearance/measure.ts';`],
    [
      PAGE,
      `import { redirect } from '@sveltejs/kit';\nimport { clearanceMetrics } from '#lib/server/clearance/metrics.ts';\nimport type { PageServerLoad } from './$types';`,
    ],
    [
      COMPONENT,
      `import { page } from '$app/state';\nimport Table from '#lib/ui/Table.svelte';\nimport Tile from '../Tile.svelte';`,
    ],
    [JOB, `import { createApp } from '#lib/server/app.ts';`],
    ['src/lib/domain/clearance/snippet.test.ts', `import { readFile } from 'node:fs/promises';`],
  ])('%s may say %s', async (file, code) => {
    expect(await broken(file, code)).toEqual([]);
  });
});

// --- the repository ---------------------------------------------------------------------------------

const FOLDERS = ['src', 'static', 'migrations', 'jobs', 'tests'];
const TEXT_FILE =
  /\.(ts|js|svelte|html|css|json|md|sql|yaml|yml|toml|sh|txt|svg|csv)$|^\.[a-z]+$|checksums$|Dockerfile$/;

/** Every text file of the repository by its path; what git ignores is left out where there is a git. */
function repositoryFiles(): string[] {
  const listed = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (listed.status === 0) return listed.stdout.split('\n').filter((path) => TEXT_FILE.test(path));
  const below = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1)),
  );
  const top = readdirSync(ROOT, { withFileTypes: true }).filter((entry) => entry.isFile());
  return [...top.map((entry) => entry.name), ...below].filter((path) => TEXT_FILE.test(path));
}

/** Hosts of package registries, and folders of the machine that something was made on. */
const FOREIGN = [
  /\bregistry\.(npmjs|yarnpkg|npmmirror)\b/,
  /\b(npm|packages?|artifactory|nexus|verdaccio)[-.][\w-]+\.(com|org|net|io|local|internal|corp)\b/,
  /(?<![\w.}*-])\/(work|root|Users|home\/[a-z]\w*|builds|workspace)\/[\w.-]/,
];

/** The first trace of the place where it was made. */
function foreignTrace(text: string): string | null {
  for (const pattern of FOREIGN) {
    const found = pattern.exec(text);
    if (found) return text.slice(found.index, found.index + 40).split('\n')[0] ?? '';
  }
  return null;
}

describe('the repository', () => {
  test('names no registry and no folder of the machine that made it', () => {
    const traces = repositoryFiles()
      .filter((path) => path !== 'src/house-order.test.ts')
      .flatMap((path) => {
        const trace = foreignTrace(readFileSync(join(ROOT, path), 'utf8'));
        return trace === null ? [] : [`${path}: ${trace}`];
      });
    expect(traces).toEqual([]);
  });

  test.each([
    `"resolved": "https://${['registry', 'npmjs', 'org'].join('.')}/zod/-/zod-4.6.7.tgz"`,
    'registry=https://npm.example.com/',
    `const file = '${['', 'work', 'main', 'src', 'cli.ts'].join('/')}';`,
    'see /root/.cache/x',
    `cwd: "/home/someone/greenlane"`,
    '  at load (/Users/someone/x.ts:1:1)',
  ])('would be found to in %j', (text) => {
    expect(foreignTrace(text)).not.toBeNull();
  });

  test.each([
    'a framework/adapter',
    'import.meta.url',
    './src/routes/',
    'https://example.org/home/',
    ['a', 'work', 'b'].join('/'),
  ])('would not be found to in %j', (text) => {
    expect(foreignTrace(text)).toBeNull();
  });

  test('locks packages by their hash alone, wherever they are loaded from', () => {
    const lock = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
    expect(lock).toContain('"integrity"');
    expect(lock).not.toContain('"resolved"');
    const npmrc = readFileSync(join(ROOT, '.npmrc'), 'utf8');
    expect(npmrc).toContain('omit-lockfile-registry-resolved=true');
    expect(npmrc).not.toMatch(/registry\s*=\s*http|_auth|\/\//);
  });

  test('holds nothing at the top that the layout does not name', () => {
    const top = new Set(repositoryFiles().map((path) => path.split('/')[0] ?? ''));
    const allowed = [
      ...FOLDERS,
      'README.md',
      'package.json',
      'package-lock.json',
      'tsconfig.json',
      'svelte.config.js',
      'vite.config.ts',
      'eslint.config.js',
      'Dockerfile',
      'compose.yaml',
    ];
    expect([...top].filter((name) => !allowed.includes(name) && !name.startsWith('.'))).toEqual([]);
  });
});

import { spawnSync } from 'node:child_process';
import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium } from '@playwright/test';
import { provideBrowser } from '../support/browser.ts';
import { ROOT, tool } from '../support/run-tool.ts';
import type { Benchmark } from './benchmark.ts';
import { withServer, withWeb } from './web-process.ts';

/** What the framework's own starting page amounts to: a heading and a link. */
const HELLO: Record<string, string> = {
  'package.json': JSON.stringify({ name: 'hello', private: true, type: 'module' }),
  'svelte.config.js': `import adapter from '@sveltejs/adapter-node';\nexport default { kit: { adapter: adapter() } };`,
  'vite.config.js': `import { sveltekit } from '@sveltejs/kit/vite';\nexport default { plugins: [sveltekit()], build: { target: 'es2023' } };`,
  'src/app.html': `<!doctype html><html lang="en"><head><meta charset="utf-8" />%sveltekit.head%</head><body><div>%sveltekit.body%</div></body></html>`,
  'src/routes/+page.svelte': `<h1>Welcome to SvelteKit</h1>\n<p>Visit <a href="https://svelte.dev/docs/kit">svelte.dev/docs/kit</a> to read the documentation</p>`,
};

/** E2: the JavaScript that a browser loads for the overview, gzipped, against SvelteKit's hello page. */
export const javascript: Benchmark = {
  run: async (bench) => {
    const found = await provideBrowser();
    if (!found.ok) throw new Error(found.problem);
    const { database } = await bench.loaded(bench.records);
    const ours = await withWeb(database, ({ origin, cookie }) =>
      scriptBytes(found.path, `${origin}/overview`, cookie),
    );
    const hello = await buildHello(bench.folder);
    const peer = await withServer(hello, { health: '/' }, (origin) => scriptBytes(found.path, origin, ''));
    return [
      {
        id: 'E2',
        ours: `${(ours / 1024).toFixed(1)} kB`,
        peer: `${(peer / 1024).toFixed(1)} kB`,
        ratio: ours / peer,
        budget: { at_most: 2 },
      },
    ];
  },
};

/** Every script that comes until the network is silent, each compressed as the server would. */
async function scriptBytes(executable: string, url: string, cookie: string): Promise<number> {
  const browser = await chromium.launch({ executablePath: executable, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ extraHTTPHeaders: cookie ? { cookie } : {} });
    const bodies: Promise<Buffer>[] = [];
    page.on('response', (response) => {
      if (response.request().resourceType() === 'script') bodies.push(response.body());
    });
    await page.goto(url, { waitUntil: 'networkidle' });
    if (new URL(page.url()).pathname !== new URL(url).pathname)
      throw new Error(`${url} led to ${page.url()}`);
    const sizes = (await Promise.all(bodies)).map((body) => gzipSync(body).length);
    return sizes.reduce((sum, size) => sum + size, 0);
  } finally {
    await browser.close();
  }
}

/** Builds the hello page with the project's own packages; returns its server's script. */
async function buildHello(folder: string): Promise<string> {
  // Inside the project, because the bundler finds packages by the folders above.
  const home = join(ROOT, '.cache', 'bench-hello');
  await rm(home, { recursive: true, force: true });
  for (const [name, content] of Object.entries(HELLO)) {
    await mkdir(join(home, name, '..'), { recursive: true });
    await writeFile(join(home, name), content);
  }
  await symlink(join(ROOT, 'node_modules'), join(home, 'node_modules'));
  const built = spawnSync(tool('vite'), ['build', '--logLevel', 'error'], { cwd: home, encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`the hello page could not be built: ${built.stderr}`);
  await cp(join(home, 'build'), join(folder, 'hello'), { recursive: true });
  await rm(home, { recursive: true, force: true });
  return join(folder, 'hello', 'index.js');
}

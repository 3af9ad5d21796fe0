import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../../../..');
const STAMP = join(ROOT, 'build', '.sources');
const INPUTS = ['src', 'static', 'svelte.config.js', 'vite.config.ts', 'tsconfig.json', 'package-lock.json'];
/** The last lines of a failed build that are shown: enough for the message, not the whole listing. */
const SHOWN_LINES = 30;

/** Builds the pages when a source changed since the last build that ended well. */
export async function buildIfNeeded(
  on_progress: (sentence: string) => void,
): Promise<{ ok: true; built: boolean } | { ok: false; problem: string }> {
  const sources = await hashOfSources();
  if ((await readFile(STAMP, 'utf8').catch(() => '')) === sources) return { ok: true, built: false };
  on_progress('Building the pages (about half a minute, after a change only) …');
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  const output: string[] = [];
  const code = await new Promise<number | null>((done) => {
    const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_ENV: 'production' },
    });
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    child.on('error', (error) => output.push(error.message));
    child.on('close', done);
  });
  if (code !== 0) {
    const tail = output.join('').trimEnd().split('\n').slice(-SHOWN_LINES).join('\n');
    return { ok: false, problem: `The pages could not be built:\n${tail}` };
  }
  await writeFile(STAMP, sources);
  return { ok: true, built: true };
}

async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256').update(process.version);
  for (const input of INPUTS) {
    for (const file of await filesBelow(join(ROOT, input))) {
      if (/\.test\.ts$/.test(file)) continue;
      hash
        .update(file.slice(ROOT.length))
        .update('\0')
        .update(await readFile(file))
        .update('\0');
    }
  }
  return hash.digest('hex');
}

async function filesBelow(path: string): Promise<string[]> {
  const info = await stat(path).catch(() => null);
  if (!info?.isDirectory()) return info ? [path] : [];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

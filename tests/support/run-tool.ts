import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');

/** Runs a tool of the project (`node_modules/.bin/name`) or a program; output is shown as it comes. */
export function run(
  command: string,
  args: string[],
  options: { env?: NodeJS.ProcessEnv; quiet?: boolean } = {},
): Promise<{ code: number; output: string; seconds: number }> {
  const started_at = Date.now();
  return new Promise((done) => {
    const chunks: Buffer[] = [];
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        if (!options.quiet) process.stdout.write(chunk);
      });
    child.on('error', (error) => chunks.push(Buffer.from(error.message)));
    child.on('close', (code) =>
      done({
        code: code ?? 1,
        output: Buffer.concat(chunks).toString(),
        seconds: Math.round((Date.now() - started_at) / 1000),
      }),
    );
  });
}

export function tool(name: string): string {
  return join(ROOT, 'node_modules', '.bin', name);
}

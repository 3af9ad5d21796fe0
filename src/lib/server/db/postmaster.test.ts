import { spawn } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { isAlive } from './postmaster.ts';

const started: ReturnType<typeof spawn>[] = [];
afterEach(() => started.splice(0).forEach((child) => child.kill('SIGKILL')));

describe('a process', () => {
  it('is alive while it runs', () => {
    expect(isAlive(process.pid)).toBe(true);
  });

  it.runIf(process.platform === 'linux')(
    'is not alive once it ended, though nobody asked for it',
    async () => {
      // The shell becomes a program that never asks for the end of the child it was given.
      const script = 'sleep 0 & echo $!; exec sleep 60';
      const parent = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
      started.push(parent);
      const pid = await new Promise<number>((told) => {
        parent.stdout.once('data', (line) => told(Number(String(line))));
      });
      expect(pid).toBeGreaterThan(0);
      await expect.poll(() => isAlive(pid)).toBe(false);
      expect(() => process.kill(pid, 0)).not.toThrow();
    },
  );
});

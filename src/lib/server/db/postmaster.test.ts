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
    'is not alive once it has ended, though nobody asked for it',
    async () => {
      // The shell becomes a program that never asks for the end of the child it was given.
      const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      started.push(parent);
      const [told] = await once(parent.stdout, 'data');
      const pid = Number(String(told));
      expect(pid).toBeGreaterThan(0);
      await expect.poll(() => isAlive(pid), { timeout: 4_000 }).toBe(false);
      expect(() => process.kill(pid, 0)).not.toThrow();
    },
  );
});

import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { freePort, isRunning, launchStart, pressCtrlC, until } from '../support/start.ts';
import { useInstallation } from '../support/installation.ts';

const installation = useInstallation();
const { env, begin, pids, answers } = installation;

describe('greenlane start', () => {
  it.each(['SIGTERM', 'Ctrl-C'] as const)('ends web, worker and database within 5 s on %s', async (way) => {
    const one = await begin();
    const running = pids(one);
    expect(Object.values(running).every((pid) => pid !== null)).toBe(true);
    const since = Date.now();
    if (way === 'SIGTERM') one.child.kill('SIGTERM');
    else pressCtrlC(one);
    await one.exited;
    await until('every process is gone', 5_000, () =>
      Object.values(running).every((pid) => pid === null || !isRunning(pid)),
    );
    expect(Date.now() - since).toBeLessThan(5_000);
  });

  it('serves and ends in order when nobody reads its output any more', async () => {
    const one = await begin();
    const running = pids(one);
    one.child.stdout?.destroy();
    one.child.stderr?.destroy();
    for (let asked = 0; asked < 3; asked += 1) expect(await answers()).toBe(true);
    expect(pids(one)).toEqual(running);
    one.child.kill('SIGTERM');
    await one.exited;
    await until('every process is gone', 5_000, () =>
      Object.values(running).every((pid) => pid === null || !isRunning(pid)),
    );
  });

  it.each(['npm', 'bootstrap', 'start', 'web', 'worker', 'database'] as const)(
    'serves again after kill -9 of %s',
    async (victim) => {
      const one = await begin();
      const pid = pids(one)[victim];
      if (pid === null) throw new Error(`no ${victim} process`);
      process.kill(pid, 'SIGKILL');
      if (['web', 'worker', 'database'].includes(victim)) {
        await until(`${victim} runs again`, 20_000, async () => {
          const now = pids(one)[victim];
          return now !== null && now !== pid && (await answers());
        });
        return;
      }
      const two = await begin();
      expect(two.output()).toContain('Greenlane is ready at');
      expect(await answers()).toBe(true);
    },
  );

  it('says that it runs already when started twice on one data directory', async () => {
    await begin();
    const two = launchStart({ ...env(), PORT: String(await freePort()) });
    expect(await two.exited).toBe(1);
    expect(two.output()).toContain(
      `Greenlane runs already with this data directory, at http://127.0.0.1:${installation.port}`,
    );
    expect(await answers()).toBe(true);
  });

  it('names the port that another program uses, and leaves no process', async () => {
    const { port } = installation;
    const stranger = createServer().listen(port, '127.0.0.1');
    const one = launchStart(env());
    expect(await one.exited).toBe(1);
    expect(one.output()).toContain(`Port ${port} on 127.0.0.1 is used by another program.`);
    expect(pids(one).database).toBe(null);
    await new Promise((done) => stranger.close(done));
  });

  it.each([
    [{ PORT: 'abc' }, 'PORT "abc" is not a port number.'],
    [{ DATABASE_URL: 'mysql://x/y' }, 'DATABASE_URL is not an address such as postgres://'],
    [
      { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' },
      'The database in DATABASE_URL cannot be reached',
    ],
    [{ HOST: '203.0.113.7' }, 'HOST 203.0.113.7 is not an address of this machine'],
    [{ DATA_DIR: '/dev/null/none' }, 'DATA_DIR /dev/null/none cannot be used'],
  ])('refuses %o with one sentence', async (given, sentence) => {
    const one = launchStart({ ...env(), ...given });
    expect(await one.exited).toBe(1);
    expect(one.output()).toContain(sentence);
    expect(one.output()).not.toMatch(/\n\s+at /);
  });
});

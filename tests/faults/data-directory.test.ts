import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { startEmbedded, stopEmbedded } from '#lib/server/db/embedded.ts';
import { useInstallation } from '../support/installation.ts';
import { setUpLink } from '../support/set-up.ts';
import { isRunning, launchStart, NOBODY, until, type Started } from '../support/start.ts';

const installation = useInstallation();
const { begin, env, answers, pids } = installation;
const is_root = process.getuid?.() === 0;

async function stop(one: Started): Promise<void> {
  one.child.kill('SIGTERM');
  await one.exited;
}

/** Kills whatever belongs to this start, at once. */
function killAll(one: Started): void {
  const { database } = pids(one);
  if (one.child.pid) process.kill(-one.child.pid, 'SIGKILL');
  if (database) process.kill(database, 'SIGKILL');
}

describe('the data directory', () => {
  it.each([0, 150, 400])(
    'serves after a first start that was killed %i ms into making its database',
    async (wait_ms) => {
      const { data_dir } = installation;
      const first = launchStart(env());
      await until('the database is being made', 60_000, async () =>
        (await readdir(data_dir).catch(() => [])).some((name) => name.startsWith('postgres.new-')),
      );
      await new Promise((done) => setTimeout(done, wait_ms));
      killAll(first);
      await first.exited;
      const one = await begin();
      expect(setUpLink(one)).not.toBeNull();
      expect(await answers()).toBe(true);
      expect((await readdir(data_dir)).filter((name) => name.includes('.new-'))).toEqual([]);
    },
  );

  it('serves after everything was killed at once, and knows its people still', async () => {
    const one = await begin();
    const link = setUpLink(one);
    killAll(one);
    await one.exited;
    const two = await begin();
    expect(setUpLink(two)).not.toBeNull();
    expect(setUpLink(two)).not.toBe(link);
    expect(await answers()).toBe(true);
  });

  it('runs again at once where a long statement outlived its killed database', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'greenlane-orphan-'));
    await chmod(folder, 0o755);
    const first = await startEmbedded(folder);
    if (!first.ok) throw new Error(first.problem);
    const client = new pg.Client({ connectionString: first.database.url });
    client.on('error', () => {});
    await client.connect();
    try {
      // It waits for nothing, and so never notices that its server is gone.
      const endless = client.query('select count(*) from generate_series(1, 1e12::bigint)').then(
        () => 'ended',
        () => 'cut off',
      );
      await sleep(300);
      process.kill(first.database.pid, 'SIGKILL');
      const since = Date.now();
      const again = await startEmbedded(folder);
      expect(again).toMatchObject({ ok: true, database: { was_running: false } });
      expect(Date.now() - since).toBeLessThan(30_000);
      expect(await endless).toBe('cut off');
    } finally {
      await client.end().catch(() => {});
      await stopEmbedded(folder, { force: true });
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('neither waits for nor ends a stranger whose process number a crash has left behind', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'greenlane-other-'));
    await chmod(folder, 0o755);
    const other = await startEmbedded(folder);
    if (!other.ok) throw new Error(other.problem);
    try {
      const one = await begin();
      const pid_file = join(installation.data_dir, 'postgres', 'postmaster.pid');
      const left = (await readFile(pid_file, 'utf8')).split('\n');
      await stop(one);
      // The next to be given this number is the PostgreSQL of another folder; nobody listens on the old port.
      left[0] = String(other.database.pid);
      await writeFile(pid_file, left.join('\n'));
      const since = Date.now();
      await begin();
      expect(Date.now() - since).toBeLessThan(15_000);
      expect(isRunning(other.database.pid)).toBe(true);
    } finally {
      await stopEmbedded(folder, { force: true });
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('is served under another name, too, while its database still runs', async () => {
    const one = await begin();
    const { database } = pids(one);
    if (one.child.pid) process.kill(-one.child.pid, 'SIGKILL');
    await one.exited;
    const same = join(dirname(installation.data_dir), '.', 'elsewhere', '..', 'data');
    await mkdir(join(dirname(installation.data_dir), 'elsewhere'));
    const two = await begin({ DATA_DIR: same });
    expect(pids(two).database).toBe(database);
  });

  it('says where its password is missing, and what to do', async () => {
    const one = await begin();
    await stop(one);
    const file = join(installation.data_dir, 'postgres.password');
    await rename(file, `${file}.lost`);
    const two = launchStart(env());
    expect(await two.exited).toBe(1);
    expect(two.output()).toContain(
      `The password of the built-in database is missing (${file}). Put the file back`,
    );
    await rename(`${file}.lost`, file);
    await begin();
  });

  it('says what stands in the way of its database', async () => {
    const folder = join(installation.data_dir, 'postgres');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'letters.txt'), 'mine');
    const one = launchStart(env());
    expect(await one.exited).toBe(1);
    expect(one.output()).toContain(`${folder} is in the way of the built-in database and is none itself.`);
    expect(await readFile(join(folder, 'letters.txt'), 'utf8')).toBe('mine');
  });

  it('says that it may not be written to', async () => {
    const { data_dir } = installation;
    await mkdir(data_dir, { recursive: true });
    await chmod(data_dir, 0o555);
    const one = launchStart(env(), is_root ? NOBODY : {});
    expect(await one.exited).toBe(1);
    expect(one.output()).toContain(`DATA_DIR ${data_dir} cannot be used (EACCES`);
    expect(one.output()).toContain('Set DATA_DIR to a folder you may write to.');
    expect(one.output()).not.toMatch(/\n\s+at /);
    await chmod(data_dir, 0o755);
  });
});

describe.runIf(is_root)('started by root', () => {
  it('keeps its database where the user of PostgreSQL can reach it, and begins anew when its folder is deleted', async () => {
    const closed = dirname(installation.data_dir);
    await chmod(closed, 0o700);
    const one = await begin();
    const moved_to = /binaries and data are in (\/var\/lib\/greenlane\/[0-9a-f]{12})\./.exec(
      one.output(),
    )?.[1];
    expect(moved_to).toBeDefined();
    await stop(one);
    // The same folder, with what it remembers, under another name.
    await rename(installation.data_dir, `${installation.data_dir}-moved`);
    const two = await begin({ DATA_DIR: `${installation.data_dir}-moved` });
    expect(two.output()).toContain(`binaries and data are in ${moved_to}.`);
    await stop(two);
    // A clone made anew at the old place is a new installation.
    const three = await begin();
    expect(three.output()).toMatch(/binaries and data are in/);
    expect(three.output()).not.toContain(moved_to);
    expect(setUpLink(three)).not.toBeNull();
    await stop(three);
    const fresh = /binaries and data are in (\S+)\./.exec(three.output())?.[1];
    for (const folder of [moved_to, fresh]) if (folder) await rm(folder, { recursive: true, force: true });
  });

  it('serves an ordinary user as well', async () => {
    const { data_dir } = installation;
    await mkdir(data_dir, { recursive: true });
    await chown(data_dir, NOBODY.uid, NOBODY.gid);
    const one = await begin({}, NOBODY);
    expect(setUpLink(one)).not.toBeNull();
    const running = Object.values(pids(one)).filter((pid) => pid !== null);
    expect(running).toHaveLength(6);
    one.child.kill('SIGTERM');
    await one.exited;
    await until('every process is gone', 5_000, () => running.every((pid) => !isRunning(pid)));
  });
});

import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, link, open, readdir, readFile, rename, rm, mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { exists, type Places } from './embedded-places.ts';
import { disownStranger, isAlive, readPostmaster, type Postmaster } from './postmaster.ts';

export const START_TIMEOUT_MS = 30_000;
const DATABASE = 'greenlane';
const USER = 'greenlane_owner';

/**
 * Makes the data folder where there is none. It is made beside its place and renamed when it is whole: a
 * first start that is killed leaves nothing that looks like a database, and of two that begin at once one
 * finds the folder of the other.
 */
export async function initialise(places: Places): Promise<{ ok: true } | { ok: false; problem: string }> {
  const home = dirname(places.data);
  await mkdir(home, { recursive: true });
  await removeUnfinished(places.data);
  await ensurePassword(places);
  const fresh = `${places.data}.new-${process.pid}`;
  await mkdir(fresh, { mode: 0o700 });
  if (places.user) await chown(fresh, places.user.uid, places.user.gid);
  const made = spawnSync(
    join(places.bin_dir, 'initdb'),
    [
      `--pgdata=${fresh}`,
      `--username=${USER}`,
      `--pwfile=${places.password_file}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--no-sync',
    ],
    { ...(places.user ?? {}), cwd: '/', encoding: 'utf8', env: environment() },
  );
  if (made.status !== 0) {
    await rm(fresh, { recursive: true, force: true });
    const why = made.error?.message ?? lastLine(made.stderr);
    return { ok: false, problem: `The built-in database could not be made in ${home}: ${why}.` };
  }
  try {
    await rename(fresh, places.data);
    return { ok: true };
  } catch {
    await rm(fresh, { recursive: true, force: true });
    // The other of two may have been faster; its database is as good.
    if (await exists(join(places.data, 'PG_VERSION'))) return { ok: true };
    return {
      ok: false,
      problem: `${places.data} is in the way of the built-in database and is none itself. Move it away, then start again.`,
    };
  }
}

/**
 * What killed starts had begun; another one may be at it just now, whose folder carries a living number. Our
 * own number is left by a dead one too: in a container the same numbers come again at each start.
 */
async function removeUnfinished(data: string): Promise<void> {
  const begun = `${basename(data)}.new-`;
  for (const name of await readdir(dirname(data))) {
    if (!name.startsWith(begun)) continue;
    const pid = Number(name.slice(begun.length));
    if (pid !== process.pid && isAlive(pid)) continue;
    await rm(join(dirname(data), name), { recursive: true, force: true });
  }
}

/** Drawn once, and whole or not there: all who make a database at the same time take the same. */
async function ensurePassword({ password_file, user }: Places): Promise<void> {
  if (await exists(password_file)) return;
  const fresh = `${password_file}.new-${randomBytes(4).toString('hex')}`;
  await writeFile(fresh, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
  if (user) await chown(fresh, user.uid, user.gid);
  await link(fresh, password_file).catch(async (cause: unknown) => {
    if (!(await exists(password_file))) throw cause;
  });
  await rm(fresh, { force: true });
}

export async function launch(
  places: Places,
  port: number,
): Promise<{ ok: true; postmaster: Postmaster } | { ok: false; problem: string }> {
  const { user } = places;
  const log = await open(places.log, 'a', 0o600);
  if (user) await chown(places.log, user.uid, user.gid);
  await chmod(places.data, 0o700);
  await disownStranger(places.data);
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    shared_buffers: '256MB',
    work_mem: '16MB',
    maintenance_work_mem: '256MB',
    max_wal_size: '4GB',
    wal_compression: 'on',
    jit: 'off',
    // A killed process asks for nothing any more: its statement ends with its connection, and lets go of its locks.
    ...(process.platform === 'win32' ? {} : { client_connection_check_interval: '2s' }),
    log_min_messages: 'warning',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(join(places.bin_dir, 'postgres'), ['-D', places.data, ...flags], {
    ...(user ?? {}),
    cwd: '/',
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    env: environment(),
  });
  let ended: string | null = null;
  child.on('error', (error) => (ended = error.message));
  child.on('exit', (code) => (ended ??= `it ended with code ${code}`));
  child.unref();
  await log.close();
  for (const until = Date.now() + START_TIMEOUT_MS; Date.now() < until; await sleep(25)) {
    if (ended) break;
    const running = await readPostmaster(places.data);
    if (running && running.pid === child.pid && (await tryConnect(places, running)) === 'ready')
      return { ok: true, postmaster: running };
  }
  const tail = lastLine(await readFile(places.log, 'utf8').catch(() => ''));
  return {
    ok: false,
    problem: `The built-in database did not start (${tail || ended || 'no answer in time'}). Its log is ${places.log}.`,
  };
}

export async function urlOf(places: Places, postmaster: Postmaster, database = DATABASE): Promise<string> {
  const password = (await readFile(places.password_file, 'utf8')).trim();
  return `postgres://${USER}:${password}@127.0.0.1:${postmaster.port}/${database}`;
}

/** Whether it takes connections with our password; the database of the program is made on the way. */
export async function tryConnect(
  places: Places,
  postmaster: Postmaster,
): Promise<'ready' | 'starting' | 'stopping' | 'other'> {
  const client = new pg.Client({
    connectionString: await urlOf(places, postmaster, 'postgres'),
    connectionTimeoutMillis: 2_000,
  });
  try {
    await client.connect();
    const { rows } = await client.query('select from pg_database where datname = $1', [DATABASE]);
    if (rows.length === 0)
      await client.query(`create database ${DATABASE}`).catch((cause: unknown) => {
        if (!(cause instanceof pg.DatabaseError) || (cause.code !== '42P04' && cause.code !== '23505'))
          throw cause;
      });
    return 'ready';
  } catch (cause) {
    if (cause instanceof pg.DatabaseError && cause.code === '57P03')
      return /shutting down/.test(cause.message) ? 'stopping' : 'starting';
    // A pid that now belongs to another program answers nothing, or not with our password.
    return isAlive(postmaster.pid) && cause instanceof Error && /ECONNREFUSED/.test(String(cause))
      ? 'starting'
      : 'other';
  } finally {
    await client.end().catch(() => {});
  }
}

export async function othersConnected(places: Places, postmaster: Postmaster): Promise<boolean> {
  const client = new pg.Client({ connectionString: await urlOf(places, postmaster, 'postgres') });
  try {
    await client.connect();
    const { rows } = await client.query<{ others: boolean }>(
      `select exists (select from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()) as others`,
    );
    return rows[0]?.others ?? false;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** The environment of the database process: no PG* variable of the caller may redirect it. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('PG'));
  return { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' };
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}

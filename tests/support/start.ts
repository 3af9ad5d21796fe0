import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtemp, chmod } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from './run-tool.ts';

export type Started = {
  child: ChildProcess;
  address: string;
  /** Everything printed so far, both streams. */
  output: () => string;
  /** Resolves with the exit code. */
  exited: Promise<number | null>;
};

/** With the pages built before, on a machine that builds and tests other things at a time. */
const START_TIMEOUT_MS = 300_000;

/** A data directory that PostgreSQL's user may enter. */
export async function temporaryDataDir(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'greenlane-start-'));
  await chmod(folder, 0o755);
  return join(folder, 'data');
}

/** Below those that systems give to whoever asks for any: one of them could be given away before it is used. */
const PORTS = { from: 20_000, count: 12_000 };
const given_ports = new Set<number>();

/** A port that nobody listens on, nobody is given by the system, and that this process gives once. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.from + randomInt(PORTS.count);
    if (given_ports.has(port)) continue;
    given_ports.add(port);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((told) => {
    const server = createServer();
    server.once('error', () => told(false));
    server.listen(port, '127.0.0.1', () => server.close(() => told(true)));
  });
}

/** Another user than root, whom every system has. */
export const NOBODY = { uid: 65_534, gid: 65_534 };

/** Runs `greenlane start` by `npm start` (as people do) without waiting for it; as root also as somebody else. */
export function launchStart(env: Record<string, string>, user: Partial<typeof NOBODY> = {}): Started {
  const child = spawn('npm', ['start', '--silent'], {
    ...user,
    cwd: ROOT,
    env: { ...process.env, LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that a test can press Ctrl-C as a terminal does: to the whole group.
    detached: true,
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const exited = new Promise<number | null>((done) => child.on('close', (code) => done(code)));
  return { child, address: `http://127.0.0.1:${env.PORT ?? '3000'}`, output: () => text, exited };
}

/** Starts and waits until it serves; fails with what was printed. */
export async function startGreenlane(
  env: Record<string, string>,
  user: Partial<typeof NOBODY> = {},
): Promise<Started> {
  const started = launchStart(env, user);
  let has_ended = false;
  void started.exited.then(() => (has_ended = true));
  for (const until = Date.now() + START_TIMEOUT_MS; Date.now() < until; await sleep(50)) {
    if (started.output().includes('Greenlane is ready at')) return started;
    if (has_ended) break;
  }
  started.child.kill('SIGTERM');
  throw new Error(`Greenlane did not start:\n${started.output()}`);
}

/** What a terminal does on Ctrl-C. */
export function pressCtrlC({ child }: Started): void {
  if (child.pid) process.kill(-child.pid, 'SIGINT');
}

/** The process ids of one start, by what they are; read from the process table. */
export function processesOf(
  data_dir: string,
  root_pid: number,
): Record<'npm' | 'bootstrap' | 'start' | 'web' | 'worker' | 'database', number | null> {
  const table = spawnSync('ps', ['axo', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .stdout.split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((match) => match !== null)
    .map(([, pid, ppid, args]) => ({ pid: Number(pid), ppid: Number(ppid), args: args ?? '' }));
  const below = new Set([root_pid]);
  for (let found = true; found;) {
    found = false;
    for (const { pid, ppid } of table)
      if (below.has(ppid) && !below.has(pid)) {
        below.add(pid);
        found = true;
      }
  }
  const mine = table.filter(({ pid }) => below.has(pid));
  const find = (pattern: RegExp) =>
    mine.find(({ args }) => pattern.test(args) && !/^(sh|\/bin\/sh) -c/.test(args))?.pid ?? null;
  return {
    npm: root_pid,
    bootstrap: find(/bootstrap\.js src\/cli\.ts start$/),
    start: find(/^\/.*node .*src\/cli\.ts start$/),
    web: find(/src\/web\.ts$/),
    worker: find(/jobs\/worker\.ts$/),
    database:
      table.find(({ args }) => args.includes(`postgres -D ${join(data_dir, 'postgres')} `))?.pid ?? null,
  };
}

export function isRunning(pid: number): boolean {
  const state = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
  return state !== '' && !state.startsWith('Z');
}

/** Waits for a condition; fails with `what` after the time. */
export async function until(
  what: string,
  timeout_ms: number,
  holds: () => boolean | Promise<boolean>,
): Promise<void> {
  for (const end = Date.now() + timeout_ms; Date.now() < end; await sleep(50)) if (await holds()) return;
  throw new Error(`not within ${timeout_ms} ms: ${what}`);
}

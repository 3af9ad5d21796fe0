import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { stopEmbedded } from '#lib/server/db/embedded.ts';
import { ROOT } from './run-tool.ts';
import {
  freePort,
  type NOBODY,
  processesOf,
  startGreenlane,
  temporaryDataDir,
  until,
  type Started,
} from './start.ts';

export type Installation = {
  readonly data_dir: string;
  readonly port: number;
  env: () => Record<string, string>;
  /** What every start is given besides; set it before `begin`. */
  settings: Record<string, string>;
  /** Starts and waits until it serves. */
  begin: (more?: Record<string, string>, user?: Partial<typeof NOBODY>) => Promise<Started>;
  pids: (one: Started) => ReturnType<typeof processesOf>;
  answers: () => Promise<boolean>;
  /** Runs the command line beside it; the result is what stands on stdout. */
  command: (...args: string[]) => Promise<string>;
};

/** A data directory and a port of its own for each test; whatever was started is ended after it. */
export function useInstallation(): Installation {
  let data_dir = '';
  let port = 0;
  let started: Started[] = [];
  const settings: Record<string, string> = {};
  const env = () => ({ DATA_DIR: data_dir, PORT: String(port), ...settings });
  const answers = () =>
    fetch(`http://127.0.0.1:${port}/healthz`).then(
      (response) => response.ok,
      () => false,
    );
  beforeEach(async () => {
    data_dir = await temporaryDataDir();
    port = await freePort();
    started = [];
  });
  afterEach(async () => {
    for (const { child, exited } of started) {
      child.kill('SIGTERM');
      await exited;
    }
    await until('the port is free', 10_000, async () => !(await answers()));
    await stopEmbedded(data_dir, { force: true });
    await rm(dirname(data_dir), { recursive: true, force: true });
  });
  return {
    get data_dir() {
      return data_dir;
    },
    get port() {
      return port;
    },
    env,
    settings,
    answers,
    pids: (one) => processesOf(data_dir, one.child.pid ?? 0),
    async begin(more = {}, user = {}) {
      const one = await startGreenlane({ ...env(), ...more }, user);
      started.push(one);
      return one;
    },
    async command(...args) {
      const { stdout, status, stderr } = spawnSync('npm', ['run', '--silent', 'greenlane', '--', ...args], {
        cwd: ROOT,
        env: { ...process.env, LOG_LEVEL: 'warn', ...env() },
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(`greenlane ${args.join(' ')} ended with ${status}: ${stderr}`);
      return stdout.trim();
    },
  };
}

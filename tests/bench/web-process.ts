import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { signIn } from '#lib/server/accounts/sign-in.ts';
import { createUser } from '#lib/server/accounts/people.ts';
import { buildIfNeeded } from '#lib/server/supervisor/build.ts';
import { cookieHeader } from '../support/accounts.ts';
import { ROOT } from '../support/run-tool.ts';
import { freePort, until } from '../support/start.ts';
import type { BenchDatabase } from './bench-server.ts';
import { FIRM_SLUG } from './loaded-firm.ts';

const READY_TIMEOUT_MS = 30_000;
const PERSON = { email: 'ann@example.org', name: 'Ann Sample', password: 'quiet-river-lamp-42' };

export type WebProcess = { origin: string; cookie: string; pid: number };

/** Runs `work` beside the built program's web process on this database, signed in as a manager of the firm. */
export async function withWeb<T>(database: BenchDatabase, work: (web: WebProcess) => Promise<T>): Promise<T> {
  const built = await buildIfNeeded((sentence) => console.error(`  ${sentence}`));
  if (!built.ok) throw new Error(built.problem);
  const { app, url } = database;
  const made = await createUser(app, { ...PERSON, firm_slug: FIRM_SLUG, role: 'compliance_manager' });
  if (!made.ok) throw new Error(made.problem);
  const { email, password } = PERSON;
  const answer = await signIn(app, { email, password, address: '127.0.0.1' });
  if (!answer.ok) throw new Error(answer.problem);
  // The same folder, hence the same secret of sessions.
  const env = { DATABASE_URL: url, DATA_DIR: app.config.data_dir, LOG_LEVEL: 'warn', NODE_ENV: 'production' };
  return withServer('src/web.ts', { env, health: '/healthz' }, (origin, pid) =>
    work({ origin, pid, cookie: cookieHeader(answer.set_cookies) }),
  );
}

/** Runs `work` beside a script that serves on the port it is told by PORT. */
export async function withServer<T>(
  script: string,
  about: { args?: string[]; env?: Record<string, string>; health: string },
  work: (origin: string, pid: number) => Promise<T>,
): Promise<T> {
  const port = String(await freePort());
  const child = spawn(process.execPath, [...process.execArgv, resolve(ROOT, script), ...(about.args ?? [])], {
    cwd: ROOT,
    env: { ...process.env, HOST: '127.0.0.1', ...about.env, PORT: port },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  try {
    const origin = `http://127.0.0.1:${port}`;
    await until(`${script} answers`, READY_TIMEOUT_MS, () =>
      fetch(origin + about.health).then(
        (response) => response.ok,
        () => false,
      ),
    );
    return await work(origin, child.pid ?? 0);
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

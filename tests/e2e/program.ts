import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createApp, type App } from '#lib/server/app.ts';
import { parseConfig } from '#lib/server/config.ts';
import { runningEmbedded, stopEmbedded } from '#lib/server/db/embedded.ts';
import { freePort, startGreenlane, temporaryDataDir, type Started } from '../support/start.ts';
import { administer, withDatabase } from '../support/template-database.ts';

/** The built program on an empty database. */
export type Program = { started: Started; data_dir: string; database_url: string; stop: () => Promise<void> };

/**
 * Starts the built program on a port and a data directory of its own, with the PostgreSQL it brings or, where
 * TEST_DATABASE_URL is set, with a new database of that one.
 */
export async function startProgram(env: Record<string, string>): Promise<Program> {
  const given = process.env.TEST_DATABASE_URL;
  const name = `browser_${randomBytes(6).toString('hex')}`;
  if (given) await administer(given, `create database ${name}`);
  const data_dir = await temporaryDataDir();
  const started = await startGreenlane({
    ...env,
    DATA_DIR: data_dir,
    PORT: String(await freePort()),
    ...(given ? { DATABASE_URL: withDatabase(given, name) } : {}),
  });
  const database_url = given ? withDatabase(given, name) : await runningEmbedded(data_dir);
  if (!database_url) throw new Error('the program that is tested does not run');
  return {
    started,
    data_dir,
    database_url,
    stop: async () => {
      started.child.kill('SIGTERM');
      await started.exited;
      if (given) await administer(given, `drop database ${name} with (force)`);
      else await stopEmbedded(data_dir, { force: true });
      await rm(dirname(data_dir), { recursive: true, force: true });
    },
  };
}

/** The database of a running program, as the program itself sees it. */
export function appOf({ data_dir, database_url }: Pick<Program, 'data_dir' | 'database_url'>): App {
  const parsed = parseConfig({ DATA_DIR: data_dir, LOG_LEVEL: 'silent' });
  if (!parsed.ok) throw new Error(parsed.problems.join(' '));
  return createApp({ ...parsed.config, database_url }, 'test');
}

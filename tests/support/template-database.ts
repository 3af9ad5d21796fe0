import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbedded, stopEmbedded } from '#lib/server/db/embedded.ts';
import { migrate } from '#lib/server/db/migrate.ts';
import { TEST_WORKERS } from './workers.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** One for each worker. */
    server_urls: string[];
  }
}

const TEMPLATE = 'greenlane_template';

/**
 * Starts a PostgreSQL for each worker of the run, or takes that of TEST_DATABASE_URL (a superuser's address, to
 * test on another version), and migrates the database that every test file is cloned from. One server has one
 * count of transactions for all its databases: a test that leaves one open would be felt in those of others.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL;
  const servers = given ? [{ url: given, stop: () => dropTemplate(given) }] : await startForEachWorker();
  await Promise.all(servers.map(({ url }) => makeTemplate(url)));
  project.provide(
    'server_urls',
    servers.map(({ url }) => url),
  );
  return async () => void (await Promise.all(servers.map(({ stop }) => stop())));
}

async function startForEachWorker(): Promise<{ url: string; stop: () => Promise<void> }[]> {
  return Promise.all(
    Array.from({ length: TEST_WORKERS }, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'greenlane-test-'));
      await chmod(folder, 0o755);
      const started = await startEmbedded(folder);
      if (!started.ok) throw new Error(started.problem);
      const stop = async () => {
        await stopEmbedded(folder, { force: true });
        await rm(folder, { recursive: true, force: true });
      };
      return { url: started.database.url, stop };
    }),
  );
}

async function makeTemplate(url: string): Promise<void> {
  await administer(url, `drop database if exists ${TEMPLATE} with (force)`, `create database ${TEMPLATE}`);
  const migrated = await migrate(withDatabase(url, TEMPLATE));
  if (!migrated.ok) throw new Error(migrated.problem);
}

const dropTemplate = (url: string) => administer(url, `drop database if exists ${TEMPLATE} with (force)`);

export function withDatabase(url: string, name: string): string {
  const address = new URL(url);
  address.pathname = `/${name}`;
  return address.href;
}

export async function administer(url: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

export { TEMPLATE };

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbedded, stopEmbedded } from '#lib/server/db/embedded.ts';
import { migrate } from '#lib/server/db/migrate.ts';

declare module 'vitest' {
  interface ProvidedContext {
    server_url: string;
  }
}

const TEMPLATE = 'greenlane_template';

/**
 * Starts one PostgreSQL for the whole run, or takes that of TEST_DATABASE_URL (a superuser's address, to test
 * on another version), and migrates the database that every test file is cloned from.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL;
  const folder = given ? null : await mkdtemp(join(tmpdir(), 'greenlane-test-'));
  const url = given ?? (await start(folder ?? ''));
  await administer(url, `drop database if exists ${TEMPLATE} with (force)`, `create database ${TEMPLATE}`);
  const migrated = await migrate(withDatabase(url, TEMPLATE));
  if (!migrated.ok) throw new Error(migrated.problem);
  project.provide('server_url', url);
  return async () => {
    if (!folder) return administer(url, `drop database if exists ${TEMPLATE} with (force)`);
    await stopEmbedded(folder, { force: true });
    await rm(folder, { recursive: true, force: true });
  };
}

async function start(folder: string): Promise<string> {
  const { chmod } = await import('node:fs/promises');
  await chmod(folder, 0o755);
  const started = await startEmbedded(folder);
  if (!started.ok) throw new Error(started.problem);
  return started.database.url;
}

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

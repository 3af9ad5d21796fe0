import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, inject } from 'vitest';
import { parseConfig } from '#lib/server/config.ts';
import { createApp, type App } from '#lib/server/app.ts';
import { connect, type Pool } from '#lib/server/db/connect.ts';
import { administer, TEMPLATE, withDatabase } from './template-database.ts';

export type TestDatabase = {
  url: string;
  /** As the owner, who sees everything: for arranging and for asserting. */
  owner: Pool;
  /** As `greenlane_app`. */
  app: App;
  /** As `greenlane_worker`. */
  worker: App;
};

/** A database of its own for this test file, cloned from the migrated template and dropped at the end. */
export function useDatabase(env: Record<string, string> = {}): { readonly current: TestDatabase } {
  let current: TestDatabase | null = null;
  const name = `test_${randomBytes(6).toString('hex')}`;
  const servers = inject('server_urls');
  const server = servers[(Number(process.env.VITEST_POOL_ID ?? 1) - 1) % servers.length] ?? '';

  beforeAll(async () => {
    await administer(server, `create database ${name} template ${TEMPLATE}`);
    const url = withDatabase(server, name);
    const parsed = parseConfig({ LOG_LEVEL: 'silent', DATABASE_URL: url, ...env });
    if (!parsed.ok) throw new Error(parsed.problems.join(' '));
    const config = { ...parsed.config, database_url: url };
    current = {
      url,
      owner: connect(url, 'owner', { size: 4, name: 'greenlane test' }),
      app: createApp(config, 'test'),
      worker: createApp(config, 'worker'),
    };
  });

  afterAll(async () => {
    await Promise.all([current?.owner.end(), current?.app.close(), current?.worker.close()]);
    await administer(server, `drop database if exists ${name} with (force)`);
  });

  return {
    get current() {
      if (!current) throw new Error('the test database is made in beforeAll; use it inside a test');
      return current;
    },
  };
}

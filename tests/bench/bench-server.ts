import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { createApp, type App } from '#lib/server/app.ts';
import { parseConfig } from '#lib/server/config.ts';
import { connect, type Pool } from '#lib/server/db/connect.ts';
import { startEmbedded, stopEmbedded } from '#lib/server/db/embedded.ts';
import { migrate } from '#lib/server/db/migrate.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { administer, withDatabase } from '../support/template-database.ts';

/** A migrated database with the reference data, as the program sees it and as its owner does. */
export type BenchDatabase = { url: string; app: App; owner: Pool; drop: () => Promise<void> };

export type BenchServer = {
  /** Makes a database; it lives until dropped or until the run ends. */
  database: (name: string) => Promise<BenchDatabase>;
  stop: () => Promise<void>;
};

const TEMPLATE = 'bench_template';

/** Starts the built-in PostgreSQL in `folder`, just as `npm start` does. */
export async function startServer(folder: string): Promise<BenchServer> {
  await chmod(folder, 0o755);
  const data_dir = join(folder, 'database');
  const started = await startEmbedded(data_dir);
  if (!started.ok) throw new Error(started.problem);
  const { url: server_url } = started.database;
  await administer(server_url, `create database ${TEMPLATE}`);
  const template_url = withDatabase(server_url, TEMPLATE);
  const migrated = await migrate(template_url);
  if (!migrated.ok) throw new Error(migrated.problem);
  const template = connect(template_url, 'owner', { size: 1, name: 'bench' });
  await loadReference(template.db);
  await template.end();
  const open = new Set<BenchDatabase>();

  return {
    database: async (name) => {
      await administer(server_url, `create database ${name} template ${TEMPLATE}`);
      const url = withDatabase(server_url, name);
      const parsed = parseConfig({ LOG_LEVEL: 'silent', DATABASE_URL: url, DATA_DIR: data_dir });
      if (!parsed.ok) throw new Error(parsed.problems.join(' '));
      const owner = connect(url, 'owner', { name: 'bench' });
      const app = createApp({ ...parsed.config, database_url: url }, 'bench');
      const made: BenchDatabase = {
        url,
        owner,
        app,
        drop: async () => {
          if (!open.delete(made)) return;
          await Promise.all([owner.end(), app.close()]);
          await administer(server_url, `drop database ${name} with (force)`);
        },
      };
      open.add(made);
      return made;
    },
    stop: async () => {
      for (const { owner, app } of open) await Promise.all([owner.end(), app.close()]);
      await stopEmbedded(data_dir, { force: true, timeout_ms: 30_000 });
    },
  };
}

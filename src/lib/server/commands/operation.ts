import { createApp } from '#lib/server/app.ts';
import { createSetupLink, ensureFirstAdmin } from '#lib/server/accounts/setup.ts';
import type { Config } from '#lib/server/config.ts';
import { loadGlossary } from '#lib/server/reference/load-glossary.ts';
import { loadPendingItems } from '#lib/server/reference/load-pending.ts';
import { loadReference } from '#lib/server/reference/load.ts';
import { loadRules } from '#lib/server/reference/load-rules.ts';
import { loadSources } from '#lib/server/reference/load-sources.ts';
import { openDatabase } from '#lib/server/supervisor/database.ts';
import { start, type Preparation } from '#lib/server/supervisor/start.ts';
import { print, say, type Command } from './command.ts';

/** Runs everything until it is told to stop. */
export const startCommand: Command = {
  usage: '',
  run: ({ config }) => start(config, { say, print, prepare, stopped: untilStopped() }),
};

/** Brings the database to the newest schema and loads the reference data, without starting anything. */
export const migrateCommand: Command = {
  usage: '',
  run: async ({ config }) => {
    const database = await openDatabase(config);
    if (!database.ok) {
      say(database.problem);
      return 1;
    }
    const { opened } = database;
    const prepared = await prepare(opened.config);
    if (!prepared.ok) say(prepared.problem);
    for (const name of opened.applied) print(name);
    say(
      opened.applied.length > 0
        ? 'The database is at its newest schema.'
        : 'The database was at its newest schema already.',
    );
    await opened.close();
    return prepared.ok ? 0 : 1;
  },
};

/** Reference data, the first administrator, and a set-up link while there is no user. */
async function prepare(config: Config & { database_url: string }): Promise<Preparation> {
  const app = createApp({ ...config, log_level: 'warn' }, 'start');
  try {
    await loadReference(app.db);
    await loadRules(app.db, app.now());
    await loadSources(app.db, app.now());
    await loadPendingItems(app.db);
    await loadGlossary(app.db);
    const admin = await ensureFirstAdmin(app);
    if (!admin.ok) return { ok: false, problem: `ADMIN_EMAIL and ADMIN_PASSWORD: ${admin.problem}` };
    const token = await createSetupLink(app);
    return { ok: true, setup_path: token ? `/setup?token=${token}` : null };
  } finally {
    await app.close();
  }
}

/** Resolves on the first signal, or when the process that started us is gone. */
function untilStopped(): Promise<string> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => done(signal));
    process.on('disconnect', () => done('disconnect'));
  });
}

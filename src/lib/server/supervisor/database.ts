import { access, constants, mkdir } from 'node:fs/promises';
import type { Config } from '#lib/server/config.ts';
import { startEmbedded, stopEmbedded } from '#lib/server/db/embedded.ts';
import { migrate } from '#lib/server/db/migrate.ts';
import { replicaProblem } from '#lib/server/db/replica.ts';

export type OpenDatabase = {
  config: Config & { database_url: string };
  applied: string[];
  notes: string[];
  /** The built-in database; null with DATABASE_URL. */
  embedded: { url: string; pid: number; port: number } | null;
  /** Stops a built-in database that this call started and nobody else uses. */
  close: () => Promise<void>;
};

type Opening = { ok: true; opened: OpenDatabase } | { ok: false; problem: string };

/**
 * The database of this configuration, running and migrated: the given one, else the built-in one; and the one that
 * dashboards read from, following it. `objection` may refuse a built-in database by a sentence, before anything in
 * it is changed.
 */
export async function openDatabase(
  config: Config,
  objection: (url: string) => Promise<string | null> = async () => null,
): Promise<Opening> {
  const opening = await openMain(config, objection);
  if (!opening.ok || !config.database_read_url) return opening;
  const problem = await replicaProblem(config.database_read_url);
  if (!problem) return opening;
  await opening.opened.close();
  return { ok: false, problem };
}

async function openMain(
  config: Config,
  objection: (url: string) => Promise<string | null>,
): Promise<Opening> {
  if (config.database_url) {
    const migrated = await migrate(config.database_url);
    if (!migrated.ok) return migrated;
    return {
      ok: true,
      opened: {
        config: { ...config, database_url: config.database_url },
        applied: migrated.applied,
        notes: [],
        embedded: null,
        close: async () => {},
      },
    };
  }
  const folder = await usableFolder(config.data_dir);
  if (!folder.ok) return folder;
  const started = await startEmbedded(config.data_dir);
  if (!started.ok) return started;
  const { database } = started;
  const close = async () => {
    if (!database.was_running) await stopEmbedded(config.data_dir, { force: false });
  };
  const problem = await objection(database.url);
  if (problem) return { ok: false, problem };
  const migrated = await migrate(database.url);
  if (!migrated.ok) {
    await close();
    return migrated;
  }
  return {
    ok: true,
    opened: {
      config: { ...config, database_url: database.url },
      applied: migrated.applied,
      notes: database.moved_to
        ? [
            `PostgreSQL does not run as root and its user cannot enter ${config.data_dir}: binaries and data are in ${database.moved_to}.`,
          ]
        : [],
      embedded: { url: database.url, pid: database.pid, port: database.port },
      close,
    },
  };
}

async function usableFolder(path: string): Promise<{ ok: true } | { ok: false; problem: string }> {
  try {
    await mkdir(path, { recursive: true });
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return { ok: true };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return {
      ok: false,
      problem: `DATA_DIR ${path} cannot be used (${why}). Set DATA_DIR to a folder you may write to.`,
    };
  }
}

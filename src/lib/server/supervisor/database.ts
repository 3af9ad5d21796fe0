import { mkdir } from 'node:fs/promises';
import type { Config } from '#lib/server/config.ts';
import { startEmbedded, stopEmbedded } from '#lib/server/db/embedded.ts';
import { migrate } from '#lib/server/db/migrate.ts';

export type OpenDatabase = {
  config: Config & { database_url: string };
  is_embedded: boolean;
  applied: string[];
  notes: string[];
  /** The built-in database's process and port; null with DATABASE_URL. */
  embedded: { pid: number; port: number } | null;
  /** Stops a built-in database that this call started and nobody else uses. */
  close: () => Promise<void>;
};

/** The database of this configuration, running and migrated: the given one, else the built-in one. */
export async function openDatabase(
  config: Config,
): Promise<{ ok: true; opened: OpenDatabase } | { ok: false; problem: string }> {
  if (config.database_url) {
    const migrated = await migrate(config.database_url);
    if (!migrated.ok) return migrated;
    return {
      ok: true,
      opened: {
        config: { ...config, database_url: config.database_url },
        is_embedded: false,
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
  const migrated = await migrate(database.url);
  if (!migrated.ok) {
    await close();
    return migrated;
  }
  return {
    ok: true,
    opened: {
      config: { ...config, database_url: database.url },
      is_embedded: true,
      applied: migrated.applied,
      notes: database.moved_to
        ? [
            `PostgreSQL does not run as root and its user cannot enter ${config.data_dir}: binaries and data are in ${database.moved_to}.`,
          ]
        : [],
      embedded: { pid: database.pid, port: database.port },
      close,
    },
  };
}

async function usableFolder(path: string): Promise<{ ok: true } | { ok: false; problem: string }> {
  try {
    await mkdir(path, { recursive: true });
    return { ok: true };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return {
      ok: false,
      problem: `DATA_DIR ${path} cannot be used (${why}). Set DATA_DIR to a folder you may write to.`,
    };
  }
}

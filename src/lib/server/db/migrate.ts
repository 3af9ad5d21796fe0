import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sql } from 'kysely';
import { Migrator, type Migration, type MigrationProvider } from 'kysely/migration';
import { connect, type Pool } from './connect.ts';
import { creationRefused, prepareDatabase, prepareServer } from './prepare-server.ts';

export const MIGRATIONS_DIR = findMigrations(import.meta.dirname);

/**
 * Brings the database at `url` to the newest schema. Safe to run from several processes at once: one
 * migrates, the others wait. Returns the names applied.
 */
export async function migrate(
  url: string,
): Promise<{ ok: true; applied: string[] } | { ok: false; problem: string }> {
  const pool = connect(url, 'owner', { size: 2, name: 'greenlane migrate' });
  try {
    const ready = await prepareServer(pool.pg);
    if (!ready.ok) return ready;
    const migrated = await applyMigrations(pool);
    if (!migrated.ok) return migrated;
    const usable = await prepareDatabase(pool.pg);
    return usable.ok ? migrated : usable;
  } finally {
    await pool.end();
  }
}

async function applyMigrations(
  pool: Pool,
): Promise<{ ok: true; applied: string[] } | { ok: false; problem: string }> {
  const migrator = new Migrator({ db: pool.db, provider: files(MIGRATIONS_DIR) });
  const { error, results } = await migrator.migrateToLatest();
  if (error) {
    const refused = await creationRefused(pool.pg, error);
    if (refused) return { ok: false, problem: refused };
    const failed = results?.find((result) => result.status === 'Error')?.migrationName;
    if (failed) throw new Error(`Migration ${failed} failed; nothing of it was kept.`, { cause: error });
    const missing = /previously executed migration (\S+) is missing/.exec(
      error instanceof Error ? error.message : '',
    );
    if (missing)
      return {
        ok: false,
        problem: `The database was made by a newer Greenlane (it has migration ${missing[1]}). Start that version, or restore a backup made by this one.`,
      };
    throw new Error('The database could not be migrated.', { cause: error });
  }
  // Kysely makes its own table before the first migration runs; readiness compares it with the files.
  await sql`grant select on kysely_migration to greenlane_app, greenlane_worker`.execute(pool.db);
  return { ok: true, applied: (results ?? []).map((result) => result.migrationName) };
}

/** The names of migrations that this program knows and the database has not run. */
export async function pendingMigrations(pool: Pool): Promise<string[]> {
  const known = await migrationNames(MIGRATIONS_DIR);
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(pool.db);
  const applied = new Set(rows.map((row) => row.name));
  return known.filter((name) => !applied.has(name));
}

function files(folder: string): MigrationProvider {
  return {
    async getMigrations() {
      const names = await migrationNames(folder);
      const modules = await Promise.all(
        names.map(async (name) => {
          const module: unknown = await import(pathToFileURL(join(folder, `${name}.ts`)).href);
          if (!isMigration(module)) throw new Error(`migrations/${name}.ts exports no function up`);
          return [name, module] as const;
        }),
      );
      return Object.fromEntries(modules);
    },
  };
}

function isMigration(module: unknown): module is Migration {
  return typeof module === 'object' && module !== null && 'up' in module && typeof module.up === 'function';
}

/** The nearest `migrations` above: from this file, and from the built web process, which lies elsewhere. */
function findMigrations(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, 'migrations');
    if (existsSync(join(found, 'checksums')) || folder === dirname(folder)) return found;
  }
}

export async function migrationNames(folder: string): Promise<string[]> {
  const entries = await readdir(folder);
  return entries
    .filter((name) => /^\d{4}_[a-z0-9-]+\.ts$/.test(name))
    .map((name) => name.slice(0, -3))
    .sort();
}

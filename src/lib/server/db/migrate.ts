import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sql } from 'kysely';
import { Migrator, type Migration, type MigrationProvider } from 'kysely/migration';
import type pg from 'pg';
import { connect, type Pool } from './connect.ts';

/** Reachable, new enough and allowed to create roles: or one sentence that says what to do. */
export type Readiness = { ok: true } | { ok: false; problem: string };

const POSTGRES_MIN = 15;
const ROLES = ['greenlane_app', 'greenlane_worker'] as const;
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
    return await applyMigrations(pool);
  } finally {
    await pool.end();
  }
}

/** Checks version and rights, and creates the two roles where they are missing. */
export async function prepareServer(pool: pg.Pool): Promise<Readiness> {
  let version: number;
  try {
    const answer = await pool.query<{ version: string }>(
      `select current_setting('server_version_num') as version`,
    );
    version = Math.floor(Number(answer.rows[0]?.version) / 10_000);
  } catch (cause) {
    return { ok: false, problem: unreachable(cause) };
  }
  if (version < POSTGRES_MIN)
    return {
      ok: false,
      problem: `The database is PostgreSQL ${version}; Greenlane needs ${POSTGRES_MIN} or newer. Upgrade it, or leave DATABASE_URL empty to use the built-in one.`,
    };
  try {
    for (const role of ROLES) await ensureRole(pool, role);
    return { ok: true };
  } catch (cause) {
    if (codeOf(cause) !== '42501') throw cause;
    const user = (await pool.query<{ name: string }>('select quote_ident(current_user) as name')).rows[0]
      ?.name;
    return {
      ok: false,
      problem:
        `The database user ${user} may not create or use the roles that keep firms apart. As a superuser, run: ` +
        `create role greenlane_app nologin; create role greenlane_worker nologin; ` +
        `grant greenlane_app, greenlane_worker to ${user};`,
    };
  }
}

async function ensureRole(pool: pg.Pool, role: string): Promise<void> {
  const { rows } = await pool.query(`select from pg_roles where rolname = $1`, [role]);
  if (rows.length === 0) {
    await pool.query(`create role ${role} nologin`).catch((cause: unknown) => {
      // Another process created it in this moment.
      if (codeOf(cause) !== '42710' && codeOf(cause) !== '23505') throw cause;
    });
  }
  const may = await pool.query<{ usable: boolean }>(
    `select rolsuper or pg_has_role(current_user, $1, 'member') as usable from pg_roles where rolname = current_user`,
    [role],
  );
  if (!may.rows[0]?.usable) await pool.query(`grant ${role} to current_user`);
  // Membership alone does not let a creator switch to the role since PostgreSQL 16; trying it does tell.
  await pool.query(`begin; set local role ${role}; rollback`).catch(async (cause: unknown) => {
    if (codeOf(cause) !== '42501') throw cause;
    await pool.query(`grant ${role} to current_user`);
  });
}

async function applyMigrations(
  pool: Pool,
): Promise<{ ok: true; applied: string[] } | { ok: false; problem: string }> {
  const migrator = new Migrator({ db: pool.db, provider: files(MIGRATIONS_DIR) });
  const { error, results } = await migrator.migrateToLatest();
  if (error) {
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

function unreachable(cause: unknown): string {
  const code = codeOf(cause);
  const message = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
  if (code === '28P01' || code === '28000')
    return 'The database refused the user or password in DATABASE_URL. Correct it, then start again.';
  if (code === '3D000')
    return 'The database named in DATABASE_URL does not exist. Create it (createdb), then start again.';
  return `The database in DATABASE_URL cannot be reached (${code ?? message}). Check that it runs and that the address is right, then start again.`;
}

function codeOf(cause: unknown): string | null {
  if (typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string')
    return cause.code;
  return null;
}

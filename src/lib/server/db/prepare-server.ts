import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

/** Reachable, new enough and with the rights that are needed: or one sentence that says what to do. */
export type Readiness = { ok: true } | { ok: false; problem: string };

const POSTGRES_MIN = 15;
const ROLES = ['greenlane_app', 'greenlane_worker'] as const;
/** A server that is being started beside us, as after a restart of the machine, says so and is waited for. */
const STARTING_WAIT_MS = 30_000;
const STARTING = '57P03';
const MAY_NOT = '42501';
/** No schema of the search path may even be looked into. */
const NO_SCHEMA = '3F000';

/** Checks version and rights, and creates the two roles where they are missing. */
export async function prepareServer(pool: pg.Pool): Promise<Readiness> {
  let version: number;
  try {
    version = await serverVersion(pool);
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
    return await inheritance(pool, version);
  } catch (cause) {
    if (codeOf(cause) !== MAY_NOT) throw cause;
    return { ok: false, problem: await rolesRefused(pool) };
  }
}

/**
 * Sees to it that both roles may work in this database: imports sort their rows in temporary tables, and
 * where a careful administrator has revoked the rights of everybody, they are given to the two alone.
 */
export async function prepareDatabase(pool: pg.Pool): Promise<Readiness> {
  const { rows } = await pool.query<{ database: string; lacking: string[] }>(
    `select quote_ident(current_database()) as database,
            array(select role from unnest($1::text[]) role
                  where not has_database_privilege(role, current_database(), 'TEMPORARY')) as lacking`,
    [ROLES],
  );
  const { database = '', lacking = [] } = rows[0] ?? {};
  if (lacking.length === 0) return { ok: true };
  const grant = `grant temporary on database ${database} to ${lacking.join(', ')};`;
  // Who may not grant gets a warning and no error; whether it did is asked.
  await pool.query(grant).catch((cause: unknown) => {
    if (codeOf(cause) !== MAY_NOT) throw cause;
  });
  const given = await pool.query<{ ok: boolean }>(
    `select bool_and(has_database_privilege(role, current_database(), 'TEMPORARY')) as ok from unnest($1::text[]) role`,
    [lacking],
  );
  if (given.rows[0]?.ok) return { ok: true };
  return {
    ok: false,
    problem: `Imports need temporary tables, which ${lacking.join(' and ')} may not make in the database ${database}. As its owner or a superuser, run: ${grant}`,
  };
}

/** The sentence for a failure that comes from missing rights in the database; null for any other. */
export async function creationRefused(pool: pg.Pool, cause: unknown): Promise<string | null> {
  const code = codeOf(cause);
  if (code !== MAY_NOT && code !== NO_SCHEMA) return null;
  const { user, database } = await names(pool);
  const why = cause instanceof Error ? cause.message : 'permission denied';
  return (
    `The database user ${user} may not create the tables of Greenlane (${why}). As a superuser, run in that database: ` +
    `grant create on database ${database} to ${user}; grant usage, create on schema public to ${user} with grant option;`
  );
}

async function serverVersion(pool: pg.Pool): Promise<number> {
  const until = Date.now() + STARTING_WAIT_MS;
  for (;;) {
    try {
      const { rows } = await pool.query<{ version: string }>(
        `select current_setting('server_version_num') as version`,
      );
      return Math.floor(Number(rows[0]?.version) / 10_000);
    } catch (cause) {
      if (codeOf(cause) !== STARTING || Date.now() > until) throw cause;
      await sleep(500);
    }
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
    if (codeOf(cause) !== MAY_NOT) throw cause;
    await pool.query(`grant ${role} to current_user`);
  });
}

/** Functions belong to the two roles: a user who does not inherit from them cannot change one that is there. */
async function inheritance(pool: pg.Pool, version: number): Promise<Readiness> {
  const { rows } = await pool.query<{ user: string; inherits: boolean }>(
    `select quote_ident(current_user) as user, bool_and(pg_has_role(current_user, role, 'usage')) as inherits
     from unnest($1::text[]) role`,
    [ROLES],
  );
  const { user = '', inherits = false } = rows[0] ?? {};
  if (inherits) return { ok: true };
  const remedy =
    version < 16 ? `alter role ${user} inherit;` : `grant ${ROLES.join(', ')} to ${user} with inherit true;`;
  return {
    ok: false,
    problem: `The database user ${user} does not inherit the rights of the roles that keep firms apart. As a superuser, run: ${remedy}`,
  };
}

/** Names only what is still to be done, so that the statements can be run as they stand. */
async function rolesRefused(pool: pg.Pool): Promise<string> {
  const { user } = await names(pool);
  const { rows } = await pool.query<{ rolname: string }>(
    'select rolname from pg_roles where rolname = any ($1)',
    [ROLES],
  );
  const existing = rows.map(({ rolname }) => rolname);
  const creations = ROLES.filter((role) => !existing.includes(role)).map(
    (role) => `create role ${role} nologin; `,
  );
  return (
    `The database user ${user} may not create or use the roles that keep firms apart. As a superuser, run: ` +
    `${creations.join('')}grant ${ROLES.join(', ')} to ${user};`
  );
}

async function names(pool: pg.Pool): Promise<{ user: string; database: string }> {
  const { rows } = await pool.query<{ user: string; database: string }>(
    'select quote_ident(current_user) as user, quote_ident(current_database()) as database',
  );
  return rows[0] ?? { user: '', database: '' };
}

function unreachable(cause: unknown): string {
  const code = codeOf(cause);
  const message = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
  if (code === '28P01' || code === '28000')
    return 'The database refused the user or password in DATABASE_URL. Correct it, then start again.';
  if (code === '3D000')
    return 'The database named in DATABASE_URL does not exist. Create it (createdb), then start again.';
  if (code === MAY_NOT)
    return 'The database user in DATABASE_URL may not connect to that database. Grant it: grant connect on database … to …; then start again.';
  return `The database in DATABASE_URL cannot be reached (${code ?? message}). Check that it runs and that the address is right, then start again.`;
}

function codeOf(cause: unknown): string | null {
  if (typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string')
    return cause.code;
  return null;
}

import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';
import type { DB } from './types.ts';

export type Db = Kysely<DB>;
export type Tx = Transaction<DB>;
/** `owner` migrates; `greenlane_app` serves people and programs; `greenlane_worker` runs jobs. */
export type Role = 'owner' | 'greenlane_app' | 'greenlane_worker';

export type Pool = { db: Db; pg: pg.Pool; end: () => Promise<void> };

const POOL_SIZE_DEFAULT = 10;

/**
 * A pool whose every connection works as `role`. The role is given as the session's start value, so that
 * a `reset role` cannot climb back to the login user, and no round trip is spent on it.
 */
export function connect(url: string, role: Role, options: { size?: number; name?: string } = {}): Pool {
  // Unless said, a schema that is called like the login user would come before public, for that user alone.
  const session = ['-c search_path=public', '-c timezone=UTC', '-c jit=off'];
  const settings = [role === 'owner' ? '' : `-c role=${role}`, ...session];
  const pool = new pg.Pool({
    ...parseIntoClientConfig(url),
    options: settings.filter(Boolean).join(' '),
    max: options.size ?? POOL_SIZE_DEFAULT,
    application_name: options.name ?? `greenlane ${role}`,
    types: typeOverrides(),
    idleTimeoutMillis: 30_000,
    connectionTimeoutMillis: 10_000,
  });
  // An idle connection that breaks is dropped by the pool; the next query opens another.
  pool.on('error', () => {});
  // One that breaks while somebody holds it between two queries must not end the process: the next query fails.
  pool.on('connect', (client) => client.on('error', () => {}));
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) });
  return { db, pg: pool, end: () => db.destroy() };
}

/**
 * 64-bit integers stay strings (declaration numbers have 18 digits), legal days stay `YYYY-MM-DD`,
 * `timestamptz` becomes a Date.
 */
function typeOverrides(): pg.TypeOverrides {
  const types = new pg.TypeOverrides();
  types.setTypeParser(pg.types.builtins.DATE, (value) => value);
  return types;
}

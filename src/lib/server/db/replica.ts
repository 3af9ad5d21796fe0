import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { connect, type Pool } from './connect.ts';
import { pendingMigrations } from './migrate.ts';

/** A replica follows within a second; one that has not after this long does not follow. */
const FOLLOW_TIMEOUT_MS = 20_000;

/** What a replica says that is a moment behind: no such table, not granted yet, still starting. */
const BEHIND = new Set(['42P01', '42501', '57P03']);

/** Why dashboards cannot read the database at `url`, in one sentence that says what to do; null when they can. */
export async function replicaProblem(url: string, timeout_ms = FOLLOW_TIMEOUT_MS): Promise<string | null> {
  const pool = connect(url, 'greenlane_app', { size: 1, name: 'greenlane replica' });
  const until = performance.now() + timeout_ms;
  try {
    for (;;) {
      const found = await stateOf(pool);
      if (found.problem === null || !found.may_pass || performance.now() > until) return found.problem;
      await sleep(200);
    }
  } finally {
    await pool.end();
  }
}

async function stateOf(pool: Pool): Promise<{ problem: string | null; may_pass: boolean }> {
  try {
    const { length } = await pendingMigrations(pool);
    const problem = `The database of DATABASE_READ_URL does not follow the one of DATABASE_URL: it lacks ${length} migrations. Let it catch up, or leave DATABASE_READ_URL empty.`;
    return { problem: length === 0 ? null : problem, may_pass: true };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return {
      problem: `The database of DATABASE_READ_URL cannot be read (${why}). Start it, correct the address, or leave DATABASE_READ_URL empty.`,
      may_pass: cause instanceof pg.DatabaseError && BEHIND.has(cause.code ?? ''),
    };
  }
}

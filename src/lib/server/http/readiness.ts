import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { App } from '#lib/server/app.ts';
import { pendingMigrations } from '#lib/server/db/migrate.ts';

export type Readiness = {
  status: 'ready' | 'not_ready';
  checks: { database: 'ok' | 'failed' | 'timeout'; schema: 'ok' | 'migrations_pending' | 'unknown' };
};

/** A balancer asks every few seconds; a database that takes longer serves nobody. */
const READY_TIMEOUT_MS = 2_000;

/** Checks that still run, so that a database that hangs holds one connection and not one for each ask. */
const running = new WeakMap<App, Promise<Readiness>>();

/** Whether this process can serve: the database answers in time and has the schema that the program needs. */
export async function checkReadiness(app: App, timeout_ms = READY_TIMEOUT_MS): Promise<Readiness> {
  const check = running.get(app) ?? checkOnce(app);
  const end = new AbortController();
  const late = sleep(timeout_ms, notReady('timeout'), { signal: end.signal, ref: false });
  try {
    return await Promise.race([check, late]);
  } finally {
    end.abort();
    late.catch(() => {});
  }
}

function checkOnce(app: App): Promise<Readiness> {
  const check = look(app).finally(() => running.delete(app));
  running.set(app, check);
  return check;
}

async function look(app: App): Promise<Readiness> {
  try {
    await sql`select 1`.execute(app.db);
    const pending = await pendingMigrations(app.pool);
    if (pending.length === 0) return { status: 'ready', checks: { database: 'ok', schema: 'ok' } };
    return { status: 'not_ready', checks: { database: 'ok', schema: 'migrations_pending' } };
  } catch (cause) {
    app.log.warn({ err: cause }, 'not ready');
    return notReady('failed');
  }
}

function notReady(database: 'failed' | 'timeout'): Readiness {
  return { status: 'not_ready', checks: { database, schema: 'unknown' } };
}

/** `/readyz`: 200 or 503, the same body for both. */
export async function answerReadiness(app: App): Promise<Response> {
  const found = await checkReadiness(app);
  return Response.json(found, {
    status: found.status === 'ready' ? 200 : 503,
    headers: { 'cache-control': 'no-store' },
  });
}

/** `/healthz`: the process answers. Nothing else is asked, so that a lost database restarts no process. */
export function answerHealth(): Response {
  return Response.json({ status: 'ok' }, { headers: { 'cache-control': 'no-store' } });
}

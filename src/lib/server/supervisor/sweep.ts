import { sql } from 'kysely';
import type { App } from '#lib/server/app.ts';

/** Deletes what has passed its time: stored answers to idempotent requests after 24 hours. */
export async function sweep(app: App): Promise<{ idempotency_keys: number }> {
  const { numAffectedRows } = await sql`
    delete from idempotency_key where created_at < now() - interval '24 hours'`.execute(app.db);
  return { idempotency_keys: Number(numAffectedRows ?? 0) };
}

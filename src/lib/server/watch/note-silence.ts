import { sql } from 'kysely';
import type { App } from '#lib/server/app.ts';
import { noteHealth } from './record-check.ts';
import { SOURCE_COLUMNS, type SourceRow } from './source-row.ts';

const SOURCES_PER_RUN = 200;

/**
 * Sources that people fill by hand are never checked, so that nobody would hear of it when they are forgotten: one
 * for which nothing came for longer than its rhythm is silent, like any other, and the operator is told.
 */
export async function noteSilence(app: Pick<App, 'db'>, now: Date): Promise<{ silent: number }> {
  return app.db.transaction().execute(async (tx) => {
    const { rows } = await sql<SourceRow>`
      select ${sql.raw(SOURCE_COLUMNS)} from source s
      where s.kind = 'manual' and s.is_enabled and s.deleted_at is null and s.health in ('new', 'healthy')
        and coalesce(s.last_new_item_at, s.created_at) < ${now}::timestamptz - make_interval(days => s.expected_update_days)
      order by s.id limit ${SOURCES_PER_RUN} for update skip locked`.execute(tx);
    for (const source of rows) {
      await sql`update source set health = 'silent', health_since = ${now} where id = ${source.id}`.execute(
        tx,
      );
      await noteHealth(tx, source, { health: 'silent', problem: null, now });
    }
    return { silent: rows.length };
  });
}

import { sql } from 'kysely';
import type { App } from '#lib/server/app.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';

export type SnapshotLine = { id: string; kind: string; url: string; byte_count: number; fetched_at: Date };

/** The newest states that are kept of a source. */
export async function newestSnapshots(
  app: Pick<App, 'db'>,
  source_id: string,
  limit: number,
): Promise<SnapshotLine[]> {
  const { rows } = await asOperator(app.db, (tx) =>
    sql<SnapshotLine>`
      select id, kind, url, byte_count, fetched_at from snapshot where source_id = ${source_id}
      order by fetched_at desc, id desc limit ${limit}`.execute(tx),
  );
  return rows;
}

import type { App } from '#lib/server/app.ts';
import { refreshFirm } from './rollup.ts';

/** An import marks its months with every batch: silent for this long, it has ended one way or another. */
const SILENT_AFTER_SECONDS = 120;
/** A batch of a slow upload may take long; an import that was closed too early closes itself again rightly. */
const ABANDONED_AFTER_SECONDS = 900;
/** A run ends after this many firms; the next tick goes on. */
const FIRMS_PER_RUN = 100;

/**
 * Makes good what a killed import left: rolls up months that stayed stale, and closes imports that nobody
 * runs any more. Safe to run from several workers: the firm's lock lets one at a time do the work.
 */
export async function resumeRollups(
  app: Pick<App, 'pool'>,
  now: Date,
): Promise<{ months: number; imports_closed: number }> {
  const { rows } = await app.pool.pg.query<{ firm_id: string }>(
    `select firm_id from clearance_month where is_stale
     group by firm_id having max(changed_at) < $1::timestamptz - make_interval(secs => $2) order by firm_id limit $3`,
    [now, SILENT_AFTER_SECONDS, FIRMS_PER_RUN],
  );
  let months = 0;
  for (const { firm_id } of rows) months += (await refreshFirm(app.pool.pg, firm_id)).months;
  const { rowCount } = await app.pool.pg.query(
    `update clearance_import set state = 'failed', finished_at = $1::timestamptz,
            problem = '{"code": "file.interrupted", "params": {}}'
     where state = 'running' and progressed_at < $1::timestamptz - make_interval(secs => $2)`,
    [now, ABANDONED_AFTER_SECONDS],
  );
  return { months, imports_closed: rowCount ?? 0 };
}

import type pg from 'pg';
import type { App } from '#lib/server/app.ts';
import { refreshFirm } from './rollup.ts';

/**
 * A running import gives a sign of life every 5 s: silent for this long, its process is gone. One that was
 * closed too early, on a machine that stood still, opens and closes itself again rightly.
 */
const SILENT_AFTER_SECONDS = 30;
/** A run ends after this many firms; the next tick goes on. */
const FIRMS_PER_RUN = 100;

/**
 * Makes good what a killed import left: closes imports that nobody runs any more, and rolls up the months of
 * firms for which none is running. Safe to run from several workers: the firm's lock lets one do the work.
 */
export async function resumeRollups(
  app: Pick<App, 'pool'>,
  now: Date,
): Promise<{ months: number; imports_closed: number }> {
  const { rowCount } = await app.pool.pg.query(
    `update clearance_import set state = 'failed', finished_at = $1::timestamptz,
            problem = '{"code": "file.interrupted", "params": {}}'
     where state = 'running' and progressed_at < $1::timestamptz - make_interval(secs => $2)`,
    [now, SILENT_AFTER_SECONDS],
  );
  const { rows } = await app.pool.pg.query<{ firm_id: string }>(
    `select firm_id from clearance_month m
     where is_stale and not exists (select from clearance_import i where i.firm_id = m.firm_id and i.state = 'running')
     group by firm_id having max(changed_at) < $1::timestamptz - make_interval(secs => $2) order by firm_id limit $3`,
    [now, SILENT_AFTER_SECONDS, FIRMS_PER_RUN],
  );
  let months = 0;
  for (const { firm_id } of rows) months += await refreshUnlessGone(app.pool.pg, firm_id);
  return { months, imports_closed: rowCount ?? 0 };
}

/** A firm that is deleted meanwhile has nothing left to roll up: its lock refers to a firm that is no more. */
async function refreshUnlessGone(pool: pg.Pool, firm_id: string): Promise<number> {
  try {
    return (await refreshFirm(pool, firm_id)).months;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === '23503') return 0;
    throw cause;
  }
}

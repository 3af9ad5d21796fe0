import { sql } from 'kysely';
import { coverageOf, type Coverage, type WatchedInterval } from '#lib/domain/watch/coverage.ts';
import type { App } from '#lib/server/app.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import type { Source } from './sources.ts';

const INTERVALS_MAX = 20_000;
/** A quiet source rests up to four times its interval, and a day at most; the next check may be that late. */
const BRIDGE_INTERVALS = 8;
const BRIDGE_MINUTES_MIN = 720;

/**
 * The ledger of a source over a time: when it was watched, with every gap and its reason. What lies behind its end
 * is a gap, however lately it was read.
 */
export async function sourceCoverage(
  app: Pick<App, 'db'>,
  source: Pick<Source, 'id' | 'interval_minutes' | 'ended_at'>,
  { from_at, to_at }: { from_at: Date; to_at: Date },
): Promise<Coverage> {
  const { rows } = await asOperator(app.db, (tx) =>
    sql<WatchedInterval>`
      select outcome, from_at, to_at, checks from source_watch
      where source_id = ${source.id} and from_at <= ${to_at}
      order by from_at, id limit ${INTERVALS_MAX}`.execute(tx),
  );
  const bridge_minutes = Math.max(BRIDGE_INTERVALS * source.interval_minutes, BRIDGE_MINUTES_MIN);
  const { ended_at } = source;
  if (ended_at && ended_at < to_at) rows.push({ outcome: 'paused', from_at: ended_at, to_at, checks: 0 });
  return coverageOf(rows, { from_at, to_at, bridge_minutes });
}

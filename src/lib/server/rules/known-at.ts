import { sql } from 'kysely';
import type { Tx } from '#lib/server/db/connect.ts';

/**
 * A record is visible at most 30 s after the moment that it is recorded for (the database sees to it when it
 * commits). About a younger moment a reader waits for whoever is publishing, so that the answer never changes.
 */
const SETTLED_AFTER_MS = 60_000;

/** The moment up to which records count: the one asked for, but never one that is still to come. */
export async function settledKnownAt(tx: Tx, asked: Date | null): Promise<Date> {
  const { rows } = await sql<{ now: Date; newest: Date }>`
    select date_trunc('milliseconds', clock_timestamp()) as now,
           greatest(date_trunc('milliseconds', clock_timestamp()), recorded_at) as newest
    from rule_chain_head`.execute(tx);
  const [clock] = rows;
  if (!clock) throw new Error('the head of the chain is missing');
  if (asked === null || asked > clock.newest) return clock.newest;
  if (asked.getTime() > clock.now.getTime() - SETTLED_AFTER_MS)
    await sql`select from rule_chain_head for share`.execute(tx);
  return asked;
}

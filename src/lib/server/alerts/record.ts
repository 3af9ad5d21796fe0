import { sql } from 'kysely';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import type { Claimed } from './claim.ts';
import { tellOfFailing, type Failing } from './failing.ts';
import type { Outcome } from './transport.ts';

/** An attempt that has ended, and what follows from it. */
export type Finished = {
  delivery: Claimed;
  outcome: Outcome;
  started_at: Date;
  duration_ms: number;
  /** Null: there will be none. */
  delay_seconds: number | null;
  state: 'pending' | 'delivered' | 'dead' | 'cancelled';
};

/** An endpoint that fails for as long is paused, and its owner told. */
export const FAILING_DAYS_MAX = 5;
/** Beyond this an answer is slow, and its endpoint is served apart. */
const SLOW_MS = 2_000;
/** A success is noted again after so long: one row would otherwise be rewritten for every message. */
const SUCCESS_NOTED_MS = 60_000;

/**
 * Writes what came of attempts, each only while its lease still holds, and what it means for the endpoints. One
 * transaction: an attempt is never noted without its consequence.
 */
export async function recordAttempts(
  app: Pick<App, 'db'>,
  finished: readonly Finished[],
  at: Date,
): Promise<{ recorded: number }> {
  if (finished.length === 0) return { recorded: 0 };
  return app.db.transaction().execute(async (tx) => {
    const recorded = await writeAttempts(tx, finished, at);
    const kept = finished.filter(({ delivery }) => recorded.has(delivery.id));
    const failing = await writeHealth(tx, kept, at);
    await tellOfFailing(tx, [...failing, ...deadLetters(kept)], at);
    return { recorded: recorded.size };
  });
}

async function writeAttempts(tx: Tx, finished: readonly Finished[], at: Date): Promise<Set<string>> {
  const column = <T>(of: (one: Finished) => T) => finished.map(of);
  const { rows } = await sql<{ id: string }>`
    with fin as (
      select * from unnest(
        ${column(({ delivery }) => delivery.id)}::uuid[], ${column(({ delivery }) => delivery.lease_token)}::uuid[],
        ${column(({ state }) => state)}::text[], ${column(({ delay_seconds }) => delay_seconds)}::float8[],
        ${column(({ outcome }) => outcome.is_success)}::bool[], ${column(({ outcome }) => outcome.status)}::int[],
        ${column(({ outcome }) => outcome.problem)}::text[], ${column(({ outcome }) => outcome.detail)}::text[],
        ${column(({ started_at }) => started_at.toISOString())}::timestamptz[],
        ${column(({ duration_ms }) => Math.round(duration_ms))}::int[]
      ) as f (id, token, state, delay_seconds, is_success, status, problem, detail, started_at, duration_ms)
    ), written as (
      update delivery d set
        attempts = d.attempts + 1, state = fin.state, problem = fin.problem, lease_token = null, leased_until = null,
        next_attempt_at = case when fin.delay_seconds is null then d.next_attempt_at
          else ${at}::timestamptz + fin.delay_seconds * interval '1 second' end,
        finished_at = case when fin.state = 'pending' then null else ${at}::timestamptz end
      from fin where d.id = fin.id and d.lease_token = fin.token
      returning d.id, d.firm_id, d.attempts, d.next_attempt_at, d.state
    )
    insert into delivery_attempt (firm_id, delivery_id, number, started_at, duration_ms, is_success, status, problem, detail, next_attempt_at)
    select w.firm_id, w.id, w.attempts, fin.started_at, fin.duration_ms, fin.is_success, fin.status, fin.problem, fin.detail,
           case when w.state = 'pending' then w.next_attempt_at end
    from written w join fin on fin.id = w.id
    returning delivery_id as id`.execute(tx);
  return new Set(rows.map(({ id }) => id));
}

/** How each endpoint of the batch fares after it; those that are paused or gone from now on are given back. */
async function writeHealth(tx: Tx, finished: readonly Finished[], at: Date): Promise<Failing[]> {
  const fine = new Set<string>();
  const slow = new Set<string>();
  const broken = new Set<string>();
  const gone = new Set<string>();
  for (const { delivery, outcome, duration_ms } of finished) {
    const { endpoint_id } = delivery;
    if (endpoint_id === null) continue;
    if (outcome.problem === 'endpoint_gone') gone.add(endpoint_id);
    else if (!outcome.is_success) broken.add(endpoint_id);
    else if (duration_ms > SLOW_MS) slow.add(endpoint_id);
    else if (isWorthNoting(delivery, at)) fine.add(endpoint_id);
  }
  // What took at least one message is not failing, whatever else came back in the same moment.
  for (const id of [...fine, ...slow]) broken.delete(id);
  if (fine.size + slow.size > 0)
    await sql`
      update endpoint set failing_since = null, last_success_at = ${at}, is_slow = id = any (${[...slow]}::uuid[])
      where id = any (${[...fine, ...slow]}::uuid[])`.execute(tx);
  if (broken.size > 0)
    await sql`
      update endpoint set failing_since = coalesce(failing_since, ${at}), is_slow = true
      where id = any (${[...broken]}::uuid[]) and (failing_since is null or not is_slow)`.execute(tx);
  if (broken.size + gone.size === 0) return [];
  const { rows } = await sql<{
    id: string;
    firm_id: string | null;
    state: 'paused' | 'disabled';
    name: string;
  }>`
    update endpoint set
      state = case when id = any (${[...gone]}::uuid[]) then 'disabled' else 'paused' end,
      state_reason = case when id = any (${[...gone]}::uuid[]) then 'gone' else 'failed_for_days' end, state_since = ${at}
    where state = 'active' and (id = any (${[...gone]}::uuid[])
      or (id = any (${[...broken]}::uuid[]) and failing_since <= ${at}::timestamptz - ${FAILING_DAYS_MAX} * interval '1 day'))
    returning id, firm_id, state, coalesce(description, url) as name`.execute(tx);
  if (rows.length > 0)
    await sql`
      update delivery d set state = 'dead', finished_at = ${at}, lease_token = null, leased_until = null,
        problem = case when p.state = 'disabled' then 'endpoint_gone' else 'endpoint_paused' end
      from endpoint p
      where p.id = d.endpoint_id and p.id = any (${rows.map(({ id }) => id)}::uuid[]) and d.state = 'pending'`.execute(
      tx,
    );
  return rows.map(({ id, firm_id, state, name }) => ({ endpoint_id: id, firm_id, state, name, since: at }));
}

/** Endpoints that are well are not rewritten for every message. */
function isWorthNoting({ failing_since, is_slow, last_success_at }: Claimed, at: Date): boolean {
  if (failing_since !== null || is_slow) return true;
  return last_success_at === null || at.getTime() - last_success_at.getTime() > SUCCESS_NOTED_MS;
}

function deadLetters(finished: readonly Finished[]): Failing[] {
  return finished.flatMap(({ delivery, state, outcome }) =>
    state === 'dead' && outcome.problem !== 'endpoint_gone'
      ? [
          {
            endpoint_id: delivery.endpoint_id,
            firm_id: delivery.firm_id,
            state: 'dead_letter' as const,
            name: delivery.url,
            since: delivery.failing_since ?? new Date(0),
          },
        ]
      : [],
  );
}

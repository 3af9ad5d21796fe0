import { sql } from 'kysely';
import { healthAfter, isTold, type CheckOutcome } from '#lib/domain/watch/health.ts';
import { nextCheckAt, type CheckEnd } from '#lib/domain/watch/next-check.ts';
import type { Health } from '#lib/domain/watch/source.ts';
import type { Db, Tx } from '#lib/server/db/connect.ts';
import { appendEvent } from '#lib/server/events/append.ts';
import type { SourceRow } from './source-row.ts';

/** How a check of a source ended, with all that its row has to know. */
export type CheckResult = {
  outcome: CheckOutcome;
  problem: { code: string; params: Record<string, string> } | null;
  etag: string | null;
  last_modified: string | null;
  item_count: number | null;
  new_items: number;
} & Pick<CheckEnd, 'retry_after_seconds' | 'max_age_seconds' | 'ttl_minutes'>;

const WATCHED: Readonly<Record<CheckOutcome, 'watched' | 'changed_layout' | 'blocked' | 'failing'>> = {
  read: 'watched',
  unchanged: 'watched',
  empty: 'changed_layout',
  blocked: 'blocked',
  failed: 'failing',
};
const SUCCESSFUL = new Set<CheckOutcome>(['read', 'unchanged']);

/**
 * Writes the end of a check whose source is held: health, the next check, the ledger of coverage, and, when the
 * health changed, the change and the event that tells the operator.
 * Further pages of a list that its host's pause did not leave time for are the next check.
 */
export async function recordCheck(
  tx: Tx,
  source: SourceRow,
  {
    result,
    now,
    random,
    continued = null,
  }: {
    result: CheckResult;
    now: Date;
    random: number;
    continued?: { pages: readonly string[]; at: Date } | null;
  },
): Promise<void> {
  const { is_ok, health, failures, last_new_item_at, next_check_at, not_before } = checkEnd(source, {
    result,
    now,
    random,
  });
  await tx
    .updateTable('source')
    .set({
      health,
      ...(health === source.health ? {} : { health_since: now }),
      problem: result.problem === null ? null : JSON.stringify(result.problem),
      failures,
      last_attempt_at: now,
      ...(is_ok ? { last_ok_at: now } : {}),
      ...(result.outcome === 'read' ? { etag: result.etag, last_modified: result.last_modified } : {}),
      ...(result.item_count === null ? {} : { last_item_count: result.item_count }),
      last_new_item_at,
      later_pages: continued && JSON.stringify(continued.pages),
      next_check_at: (next_check_at && continued?.at) ?? next_check_at,
      not_before,
    })
    .where('id', '=', source.id)
    .execute();
  await noteCoverage(tx, source.id, WATCHED[result.outcome], { now, is_late: isLate(source, now) });
  if (health !== source.health) await noteHealth(tx, source, { health, problem: result.problem, now });
}

/** What the end of a check makes of its source: health, and when it is asked again. */
export function checkEnd(
  source: SourceRow,
  { result, now, random }: { result: CheckResult; now: Date; random: number },
) {
  const is_ok = SUCCESSFUL.has(result.outcome);
  const failures = is_ok ? 0 : source.failures + 1;
  const last_new_item_at = result.new_items > 0 ? now : source.last_new_item_at;
  const quiet_since = last_new_item_at ?? source.created_at;
  const { is_enabled, expected_update_days, interval_minutes } = source;
  const health = healthAfter(
    result.outcome,
    { health: source.health, is_enabled, failures, quiet_since, expected_update_days },
    now,
  );
  const { retry_after_seconds, max_age_seconds, ttl_minutes } = result;
  const end: CheckEnd = {
    outcome: is_ok
      ? result.outcome === 'unchanged'
        ? 'unchanged'
        : 'read'
      : result.outcome === 'blocked'
        ? 'blocked'
        : 'failed',
    interval_minutes,
    failures,
    retry_after_seconds,
    max_age_seconds,
    ttl_minutes,
    last_new_item_at: quiet_since,
  };
  const next_check_at = source.kind === 'manual' || !is_enabled ? null : nextCheckAt(end, now, random);
  return {
    is_ok,
    health,
    failures,
    last_new_item_at,
    next_check_at,
    not_before: askedUntil(retry_after_seconds, now),
  };
}

/** A server may ask for a day of silence and not for more. */
const SILENCE_SECONDS_MAX = 86_400;

function askedUntil(retry_after_seconds: number | null, now: Date): Date | null {
  if (!retry_after_seconds) return null;
  return new Date(now.getTime() + Math.min(retry_after_seconds, SILENCE_SECONDS_MAX) * 1000);
}

/** A check may come this much later than promised, or a quarter of its interval: sweeps and hosts have their pace. */
const LATE_MINUTES_MIN = 5;
const LATE_SHARE = 0.25;

/** Until when a check that was promised for a time is no gap in the watch. */
export function lateFrom({
  next_check_at,
  interval_minutes,
}: Pick<SourceRow, 'next_check_at' | 'interval_minutes'>): Date | null {
  if (!next_check_at) return null;
  return new Date(
    next_check_at.getTime() + Math.max(LATE_MINUTES_MIN, LATE_SHARE * interval_minutes) * 60_000,
  );
}

type Promised = Pick<SourceRow, 'next_check_at' | 'interval_minutes' | 'later_pages'>;

/** Further pages of a list come when their host's pause is over; the first one kept the promise. */
function isLate(source: Promised, now: Date): boolean {
  const late_from = source.later_pages?.length ? null : lateFrom(source);
  return late_from !== null && now > late_from;
}

/** Which rows of the ledger a check continues: those that end later. A late one continues none. */
export function watchedUntil(source: Promised, now: Date): Date {
  return isLate(source, now) ? now : new Date(0);
}

/**
 * The ledger: an outcome that lasts is one row that grows, so that "watched from T1 to T2 with these gaps" is
 * read off directly. A check that comes later than promised starts a new row, because nobody looked in between, and
 * so does another address.
 */
export async function noteCoverage(
  tx: Tx | Db,
  source_id: string,
  outcome: 'watched' | 'changed_layout' | 'blocked' | 'failing' | 'paused' | 'imported',
  { now, is_late }: { now: Date; is_late: boolean },
): Promise<void> {
  // Each page that somebody brought is a moment of its own.
  if (!is_late && outcome !== 'imported') {
    const grown = await sql`
      update source_watch w set to_at = greatest(w.to_at, ${now}), checks = w.checks + 1
      from source s
      where s.id = ${source_id} and w.outcome = ${outcome} and w.url = s.url
        and w.id = (select id from source_watch where source_id = ${source_id} and outcome <> 'imported'
                    order by from_at desc, id desc limit 1)`.execute(tx);
    if (grown.numAffectedRows !== 0n && grown.numAffectedRows !== undefined) return;
  }
  await sql`
    insert into source_watch (source_id, outcome, from_at, to_at, is_late, url)
    select id, ${outcome}, ${now}, ${now}, ${is_late}, url from source where id = ${source_id}`.execute(tx);
}

/** Keeps a change of health, and tells the operator where it is one to be told of. */
export async function noteHealth(
  tx: Tx,
  source: Pick<SourceRow, 'id' | 'name' | 'health'>,
  { health, problem, now }: { health: Health; problem: CheckResult['problem']; now: Date },
): Promise<void> {
  const { id } = await tx
    .insertInto('source_health_change')
    .values({
      source_id: source.id,
      health,
      health_before: source.health,
      problem: problem === null ? null : JSON.stringify(problem),
      changed_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  if (!isTold(source.health, health)) return;
  await appendEvent(tx, {
    kind: 'source.unhealthy',
    audience: 'operator',
    subject_id: source.id,
    data: { name: source.name, health, health_before: source.health, problem },
    unique_key: `source.unhealthy:${id}`,
  });
}

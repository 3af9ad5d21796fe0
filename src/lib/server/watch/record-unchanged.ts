import { sql } from 'kysely';
import { checkEnd, longestPause, type CheckResult } from './record-check.ts';
import type { SourceRow } from './source-row.ts';
import type { Query } from './watcher.ts';

/** Writes the ends of checks that brought no news, many with one statement: most checks end so. */
export type UnchangedRecorder = {
  /** False when this end changes more than its source's row and ledger: it is to be written by itself then. */
  take: (
    source: SourceRow,
    end: { result: CheckResult; lease_token: string; now: Date; random: number },
  ) => boolean;
  /** Resolves when all that was taken under a lease is written; fails with what kept it from that. */
  written: (lease_token: string) => Promise<void>;
};

type Entry = {
  id: string;
  lease_token: string;
  checked_at: Date;
  next_check_at: Date | null;
  not_before: Date | null;
};

/** Long enough that the lanes of a sweep fill a statement, short beside the gap of any host. */
const GATHER_MS = 20;

/**
 * What a crash keeps from being written is asked again when its lease is over, as if it had not been asked. One
 * statement runs at a time, so that what comes in the meantime becomes the next; sweeps bound what waits.
 */
export function createUnchangedRecorder(query: Query): UnchangedRecorder {
  let gathering: { entries: Entry[]; written: Promise<void> } | null = null;
  let last = Promise.resolve();
  const of_lease = new Map<string, Promise<unknown>>();

  function begin(): { entries: Entry[]; written: Promise<void> } {
    const entries: Entry[] = [];
    const gathered = new Promise((done) => setTimeout(done, GATHER_MS));
    const written = Promise.all([last, gathered]).then(() => {
      gathering = null;
      return recordUnchanged(query, entries);
    });
    // Whoever gives the lease back hears of a failure; the next statement is tried all the same.
    last = written.catch(() => {});
    return { entries, written };
  }

  return {
    take(source, { lease_token, now, ...rest }) {
      const end = checkEnd(source, { ...rest, now });
      if (end.health !== source.health || source.failures > 0) return false;
      const { next_check_at, not_before } = end;
      gathering ??= begin();
      gathering.entries.push({ id: source.id, lease_token, checked_at: now, next_check_at, not_before });
      const before = of_lease.get(lease_token);
      if (before !== gathering.written) {
        const all = before ? Promise.all([before, gathering.written]) : gathering.written;
        all.catch(() => {});
        of_lease.set(lease_token, all);
      }
      return true;
    },
    async written(lease_token) {
      const done = of_lease.get(lease_token);
      of_lease.delete(lease_token);
      await done;
    },
  };
}

/** Rows are locked in one order, so that two writers of many never wait for each other. */
async function recordUnchanged(query: Query, entries: readonly Entry[]): Promise<void> {
  await query((db) =>
    sql`
      with given as (
        select * from jsonb_to_recordset(${JSON.stringify(entries)}::jsonb) as g(
          id uuid, lease_token uuid, checked_at timestamptz, next_check_at timestamptz, not_before timestamptz)
      ), held as (
        select s.id, g.checked_at, g.next_check_at, g.not_before, ${longestPause} as longest_pause
        from source s join given g on g.id = s.id and g.lease_token = s.lease_token
        order by s.id for update of s
      ), rescheduled as (
        update source s
        set problem = null, failures = 0, last_attempt_at = h.checked_at, last_ok_at = h.checked_at,
            next_check_at = h.next_check_at, not_before = h.not_before, lease_token = null
        from held h where s.id = h.id
      ), grown as (
        update source_watch w set to_at = greatest(w.to_at, h.checked_at), checks = w.checks + 1
        from held h
        cross join lateral (
          select id from source_watch where source_id = h.id order by from_at desc, id desc limit 1
        ) newest
        where w.id = newest.id and w.outcome = 'watched' and w.to_at > h.checked_at - h.longest_pause
        returning w.source_id
      )
      insert into source_watch (source_id, outcome, from_at, to_at)
      select h.id, 'watched', h.checked_at, h.checked_at from held h
      where not exists (select from grown where source_id = h.id)`.execute(db),
  );
}

import { sql } from 'kysely';
import { checkEnd, watchedUntil, type CheckResult } from './record-check.ts';
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
  edited_at: string | null;
  checked_at: Date;
  /** Until when the source has to have been watched for its ledger to go on without a gap. */
  watched_until: Date;
  next_check_at: Date | null;
  not_before: Date | null;
};

/** Long enough that the lanes of a sweep fill a statement, short beside the gap of any host. */
const GATHER_MS = 50;

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
      gathering.entries.push({
        id: source.id,
        lease_token,
        edited_at: source.edited_at,
        checked_at: now,
        watched_until: watchedUntil(source, now),
        next_check_at,
        not_before,
      });
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

async function recordUnchanged(query: Query, entries: readonly Entry[]): Promise<void> {
  await query((db) => sql`select record_unchanged_checks(${JSON.stringify(entries)}::jsonb)`.execute(db));
}

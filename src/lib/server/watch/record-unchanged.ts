import { sql } from 'kysely';
import { createPause } from './pause.ts';
import { checkEnd, watchedUntil, type CheckResult } from './record-check.ts';
import type { SourceRow } from './source-row.ts';
import type { Query } from './watcher.ts';

/** How a check ended; what was read, if anything, is stored. */
export type End = { result: CheckResult; lease_token: string; now: Date; random: number };

/** Writes the ends of checks that left the health of their source as it was, many with one statement. */
export type UnchangedRecorder = {
  /** Takes an end that changes its source's row and ledger and nothing else; any other is to be written by itself. */
  take: (source: SourceRow, end: End) => boolean;
  /** Resolves when all that was taken under a lease is written; fails with what kept it from that. */
  written: (lease_token: string) => Promise<void>;
  /** Lanes are waiting for what is written: from now on little is gathered. */
  hurry: () => void;
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
  is_read: boolean;
} & Pick<CheckResult, 'etag' | 'last_modified' | 'item_count'>;

/** Long enough that the lanes of a sweep fill a statement, short beside the gap of any host. */
const GATHER_MS = 50;

/**
 * What a crash keeps from being written is asked again when its lease is over, as if it had not been asked. One
 * statement runs at a time, so that what comes in the meantime becomes the next; sweeps bound what waits.
 */
export function createUnchangedRecorder(query: Query): UnchangedRecorder {
  const pause = createPause(GATHER_MS);
  let gathering: { entries: Entry[]; written: Promise<void> } | null = null;
  let last = Promise.resolve();
  const of_lease = new Map<string, Promise<unknown>>();

  function begin(): { entries: Entry[]; written: Promise<void> } {
    const entries: Entry[] = [];
    const written = Promise.all([last, pause.over()]).then(() => {
      gathering = null;
      return recordUnchanged(query, entries);
    });
    // Whoever gives the lease back hears of a failure; the next statement is tried all the same.
    last = written.catch(() => {});
    return { entries, written };
  }

  return {
    take(source, end) {
      if (!isQuiet(source, end)) return false;
      const { lease_token, now, result } = end;
      const { next_check_at, not_before } = checkEnd(source, end);
      const { etag, last_modified, item_count } = result;
      gathering ??= begin();
      gathering.entries.push({
        id: source.id,
        lease_token,
        edited_at: source.edited_at,
        checked_at: now,
        watched_until: watchedUntil(source, now),
        next_check_at,
        not_before,
        is_read: result.outcome === 'read',
        etag,
        last_modified,
        item_count,
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
    hurry: pause.shorten,
  };
}

/**
 * Whether an end tells nobody anything and can be lost: then the source is asked once more. What is known of its
 * last new item is not known again, so that it is written with the item.
 */
export function isQuiet(source: SourceRow, end: End): boolean {
  const { outcome, new_items } = end.result;
  if ((outcome !== 'unchanged' && outcome !== 'read') || new_items > 0 || source.failures > 0) return false;
  return checkEnd(source, end).health === source.health;
}

async function recordUnchanged(query: Query, entries: readonly Entry[]): Promise<void> {
  await query((db) => sql`select record_unchanged_checks(${JSON.stringify(entries)}::jsonb)`.execute(db));
}

import { EXTRACTOR_VERSION } from '#lib/domain/watch/extracted.ts';
import { isDatabaseLost } from '#lib/server/db/lost-database.ts';
import { writeCheck } from './check-source.ts';
import { resultOf } from './check-verdict.ts';
import { mayBeRebuilt } from './is-rebuilt.ts';
import { createPause } from './pause.ts';
import { createUnchangedRecorder } from './record-unchanged.ts';
import { together } from './together.ts';
import type { Watcher } from './watcher.ts';
import { writeChecks, type Answered, type Check } from './write-checks.ts';

/** Writes the ends of a sweep's checks while their lanes ask the next sources. */
export type SweepWriter = {
  /** Takes what a source answered; resolves when the lane may go on, with what becomes of it. */
  take: (answered: Answered) => Promise<{ check: Promise<Check> }>;
  /** Resolves when all ends that brought no news under a lease are written; fails with what kept it from that. */
  written: (lease_token: string) => Promise<void>;
  /** Lanes are waiting for what is written: from now on little is gathered. */
  hurry: () => void;
};

/** So that a sweep that finds something at one source in twenty writes a dozen at once. */
const GATHER_MS = 100;
/** One transaction stays short, and what waits for it small. */
const TOGETHER_MAX = 32;
const ITEMS_MAX = 60;
const BYTES_MAX = 256 * 1024;
/** A lane whose answer is one more than so many waits until it is written. */
const WAITING_MAX = 4 * TOGETHER_MAX;

/**
 * Answers are written many in one transaction, because a transaction of its own costs each more than its rows do.
 * When one of them cannot be stored, each is written by itself, so that it keeps nobody else from it. What a crash
 * keeps from being written is asked again when its lease is over, as if it had not been asked.
 */
export function createSweepWriter(watcher: Watcher): SweepWriter {
  const unchanged = createUnchangedRecorder(watcher.query);
  const pause = createPause(GATHER_MS);
  let waiting = 0;
  const write = together(
    async (answered: Answered[]) => {
      try {
        return await writeTogether(watcher, answered, unchanged);
      } finally {
        waiting -= answered.length;
      }
    },
    { gather: pause.over, items_max: TOGETHER_MAX },
  );

  return {
    async take(answered) {
      const { source, fetched, lease, now } = answered;
      if (fetched.asked.kind === 'unchanged' && !fetched.is_continued) {
        const result = { ...resultOf(source, fetched), new_items: 0 };
        const end = { result, lease_token: lease.token, now, random: watcher.random() };
        if (unchanged.take(source, end)) {
          const check = { result, stored: [], problems: [], answered: result, is_held: true };
          return { check: Promise.resolve(check) };
        }
      }
      if (!isSmall(answered)) {
        const check = await writeCheck(watcher, answered, unchanged);
        return { check: Promise.resolve(check) };
      }
      waiting += 1;
      const check = write(answered);
      if (waiting > WAITING_MAX) await check;
      return { check };
    },
    written: unchanged.written,
    hurry() {
      pause.shorten();
      unchanged.hurry();
    },
  };
}

/** What is read or compared once more, a long list or a large document takes its own time and keeps nobody waiting. */
function isSmall({ source, fetched }: Answered): boolean {
  const { pages } = fetched;
  const items = pages.reduce((sum, { extraction }) => sum + extraction.items.length, 0);
  const bytes = pages.reduce((sum, page) => sum + page.bytes.byteLength, 0);
  const is_first = pages.length > 0 && source.last_item_count === null;
  const is_read_anew = pages.length > 0 && source.extractor_version < EXTRACTOR_VERSION;
  if (is_first || is_read_anew || mayBeRebuilt(source, fetched)) return false;
  return items <= ITEMS_MAX && bytes <= BYTES_MAX;
}

async function writeTogether(
  watcher: Watcher,
  answered: readonly Answered[],
  unchanged: ReturnType<typeof createUnchangedRecorder>,
): Promise<Check[]> {
  if (answered.length > 1)
    try {
      return await writeChecks(watcher, answered, unchanged);
    } catch (cause) {
      if (isDatabaseLost(cause)) throw cause;
      watcher.app.log.warn({ err: cause }, 'answers could not be stored together; each is stored by itself');
    }
  const checks: Check[] = [];
  for (const one of answered) checks.push(await writeCheck(watcher, one, unchanged));
  return checks;
}

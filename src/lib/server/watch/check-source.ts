import { isDatabaseLost } from '#lib/server/db/lost-database.ts';
import { fetchPages, UNREADABLE } from './fetch-pages.ts';
import type { HostLease } from './hosts.ts';
import { isRebuilt } from './is-rebuilt.ts';
import { readAnew } from './read-anew.ts';
import type { UnchangedRecorder } from './record-unchanged.ts';
import type { SourceRow } from './source-row.ts';
import type { Watcher } from './watcher.ts';
import { writeChecks, type Answered, type Check } from './write-checks.ts';

/**
 * Checks one source whose host is held: asks it, reads the answer, and writes snapshot, items, health and the
 * next check in one transaction. No transaction is open while anything is fetched.
 */
export async function checkSource(
  watcher: Watcher,
  source: SourceRow,
  under: { lease: HostLease; now: Date },
): Promise<Check> {
  const fetched = await fetchPages(watcher, source, under);
  return writeCheck(watcher, { source, fetched, ...under });
}

/** Writes what one source answered; what cannot be stored ends its check as unreadable, and nothing else. */
export async function writeCheck(
  watcher: Watcher,
  answered: Answered,
  unchanged?: UnchangedRecorder,
): Promise<Check> {
  const { source, fetched, now } = answered;
  try {
    if (fetched.pages.length > 0) await readAnew(watcher, source, now);
    const is_rebuilt = await isRebuilt(watcher, source, fetched);
    return await writeOne(watcher, { ...answered, fetched: { ...fetched, is_rebuilt } }, unchanged);
  } catch (cause) {
    if (isDatabaseLost(cause)) throw cause;
    watcher.app.log.error({ err: cause, url: source.url }, 'what a source answered could not be stored');
    return writeOne(watcher, { ...answered, fetched: UNREADABLE }, unchanged);
  }
}

async function writeOne(
  watcher: Watcher,
  answered: Answered,
  unchanged: UnchangedRecorder | undefined,
): Promise<Check> {
  const [check] = await writeChecks(watcher, [answered], unchanged);
  if (!check) throw new Error('a check was not written');
  return check;
}

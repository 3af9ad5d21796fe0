import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Extraction, ExtractionProblem } from '#lib/domain/watch/extracted.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { isDatabaseLost } from '#lib/server/db/lost-database.ts';
import { resultOf } from './check-verdict.ts';
import { fetchPages, UNREADABLE, type Fetched } from './fetch-pages.ts';
import type { HostLease } from './hosts.ts';
import { isRebuilt } from './is-rebuilt.ts';
import { noteFetches } from './note-fetches.ts';
import type { StoredProblem } from './problem-text.ts';
import { readAnew } from './read-anew.ts';
import { recordCheck, type CheckResult } from './record-check.ts';
import { isQuiet, type End, type UnchangedRecorder } from './record-unchanged.ts';
import type { SourceRow } from './source-row.ts';
import { storeItems, type StoredItem } from './store-items.ts';
import { storeSnapshot } from './store-snapshot.ts';
import type { Watcher } from './watcher.ts';

export type Check = {
  result: CheckResult;
  stored: StoredItem[];
  problems: ExtractionProblem[];
  /** What the host answered last, by which it may ask to be left alone. */
  answered: { retry_after_seconds: number | null; problem: StoredProblem | null };
  /** False when another worker took the source over in the meantime: nothing was written then. */
  is_held: boolean;
};

/**
 * Checks one source whose host is held: asks it, reads the answer, and writes snapshot, items, health and the
 * next check in one transaction; an answer without news may be left to the recorder that writes many at once.
 * No transaction is open while anything is fetched.
 */
export async function checkSource(
  watcher: Watcher,
  source: SourceRow,
  { lease, now, unchanged }: { lease: HostLease; now: Date; unchanged?: UnchangedRecorder },
): Promise<Check> {
  const fetched = await fetchPages(watcher, source, { lease, now });
  if (unchanged && fetched.asked.kind === 'unchanged' && !fetched.is_continued) {
    const result = { ...resultOf(source, fetched), new_items: 0 };
    const end = { result, lease_token: lease.token, now, random: watcher.random() };
    if (unchanged.take(source, end))
      return { result, stored: [], problems: [], answered: result, is_held: true };
  }
  const about = { lease, now, unchanged };
  try {
    if (fetched.pages.length > 0) await readAnew(watcher, source, now);
    const is_rebuilt = await isRebuilt(watcher, source, fetched);
    return await writeCheck(watcher, source, { ...about, fetched: { ...fetched, is_rebuilt } });
  } catch (cause) {
    if (isDatabaseLost(cause)) throw cause;
    watcher.app.log.error({ err: cause, url: source.url }, 'what a source answered could not be stored');
    return writeCheck(watcher, source, { ...about, fetched: UNREADABLE });
  }
}

async function writeCheck(
  watcher: Watcher,
  source: SourceRow,
  {
    fetched,
    lease,
    now,
    unchanged,
  }: { fetched: Fetched; lease: HostLease; now: Date; unchanged: UnchangedRecorder | undefined },
): Promise<Check> {
  const { pages, later } = fetched;
  let quiet: End | null = null;
  const check = await watcher.inTransaction(async (tx) => {
    const held = await isStillAsked(tx, source, lease);
    const base = resultOf(source, fetched);
    const problems = pages.flatMap(({ extraction }) => extraction.problems);
    const answered = fetched.refused ?? base;
    if (!held) return { result: { ...base, new_items: 0 }, stored: [], problems, answered, is_held: false };
    const stored: StoredItem[] = [];
    if (base.outcome === 'read')
      for (const page of pages) {
        const snapshot = await storeSnapshot(tx, {
          source_id: source.id,
          kind: 'list',
          url: page.url,
          sha256: page.sha256,
          packed: page.packed,
          byte_count: page.bytes.byteLength,
          content_type: page.content_type,
          status: page.status,
          headers: page.headers,
          text_sha256: textHash(page.extraction),
          fetched_at: now,
          captured_by: null,
        });
        const { language } = source;
        const { items } = page.extraction;
        const sighting = { source_id: source.id, snapshot_id: snapshot.id, language, seen_at: now };
        const known = await storeItems(tx, items, sighting);
        stored.push(...known);
        const followed = known.map(({ id }, index) => ({ id, url: items[index]?.url ?? null }));
        await noteFetches(tx, source, { items: followed, now });
      }
    const result = { ...base, new_items: stored.filter(({ outcome }) => outcome === 'new').length };
    const continued = later.length > 0 ? { pages: later, at: new Date(now.getTime() + lease.gap_ms) } : null;
    const end = { result, lease_token: lease.token, now, random: watcher.random() };
    const is_whole = !fetched.is_continued && continued === null;
    if (unchanged && is_whole && isQuiet(source, end)) quiet = end;
    else await recordCheck(tx, source, { ...end, continued });
    return { result, stored, problems, answered, is_held: true };
  });
  // Written after what it is the end of: a crash in between has the source asked again.
  if (quiet) unchanged?.take(source, quiet);
  return check;
}

/**
 * Locks the source when nobody changed or deleted it since it was claimed, and its host's gate against being taken
 * over: whoever took it over in the meantime writes, and a check that outlived its lease does not.
 */
async function isStillAsked(tx: Tx, source: SourceRow, lease: HostLease): Promise<boolean> {
  const { rows } = await sql`
    select from source s join host_gate h on h.lease_token = ${lease.token}
    where s.id = ${source.id} and s.edited_at is not distinct from ${source.edited_at}::timestamptz and s.deleted_at is null
    for update of s for share of h`.execute(tx);
  return rows.length > 0;
}

/** Of what was read out of a page: view counters and tokens around it are no change. */
function textHash({ items }: Extraction): string {
  return createHash('sha256')
    .update(JSON.stringify(items.map(({ title, url, issued_on, text }) => [title, url, issued_on, text])))
    .digest('hex');
}

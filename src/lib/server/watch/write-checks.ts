import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Extraction, ExtractionProblem } from '#lib/domain/watch/extracted.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { resultOf } from './check-verdict.ts';
import type { Fetched, Page } from './fetch-pages.ts';
import type { HostLease } from './hosts.ts';
import { noteFetches } from './note-fetches.ts';
import type { StoredProblem } from './problem-text.ts';
import { recordCheck, type CheckResult } from './record-check.ts';
import { isQuiet, type End, type UnchangedRecorder } from './record-unchanged.ts';
import type { SourceRow } from './source-row.ts';
import { storeAnnounced, type StoredItem } from './store-items.ts';
import { storeSnapshots } from './store-snapshot.ts';
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

/** What a source answered, and under which lease it was asked. */
export type Answered = { source: SourceRow; fetched: Fetched; lease: HostLease; now: Date };

type Under = Answered & { base: Omit<CheckResult, 'new_items'>; is_held: boolean; stored: StoredItem[] };

/**
 * Writes what different sources answered in one transaction: snapshots, items, health and the next check of each. An
 * end without news may be left to the recorder that writes many at once.
 */
export async function writeChecks(
  watcher: Watcher,
  answered: readonly Answered[],
  unchanged?: UnchangedRecorder,
): Promise<Check[]> {
  const quiet: { source: SourceRow; end: End }[] = [];
  const checks = await watcher.inTransaction(async (tx) => {
    const held = await stillAsked(tx, answered);
    const all = answered.map((one): Under => {
      const base = resultOf(one.source, one.fetched);
      return { ...one, base, is_held: held.has(one.source.id), stored: [] };
    });
    await storePages(tx, all);
    const written: Check[] = [];
    for (const { source, fetched, lease, now, base, is_held, stored } of all) {
      const new_items = stored.filter(({ outcome }) => outcome === 'new').length;
      const result = { ...base, new_items };
      const problems = fetched.pages.flatMap(({ extraction }) => extraction.problems);
      written.push({ result, stored, problems, answered: fetched.refused ?? base, is_held });
      if (!is_held) continue;
      const { later } = fetched;
      const continued =
        later.length > 0 ? { pages: later, at: new Date(now.getTime() + lease.gap_ms) } : null;
      const end = { result, lease_token: lease.token, now, random: watcher.random() };
      const is_whole = !fetched.is_continued && continued === null;
      if (unchanged && is_whole && isQuiet(source, end)) quiet.push({ source, end });
      else await recordCheck(tx, source, { ...end, continued });
    }
    return written;
  });
  // Written after what it is the end of: a crash in between has the source asked again.
  for (const { source, end } of quiet) unchanged?.take(source, end);
  return checks;
}

/**
 * Locks those sources that nobody changed or deleted since they were claimed, and their hosts' gates against being
 * taken over: whoever took one over in the meantime writes, and a check that outlived its lease does not.
 */
async function stillAsked(tx: Tx, answered: readonly Answered[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ id: string }>`
    select s.id from unnest(
      ${answered.map(({ source }) => source.id)}::uuid[], ${answered.map(({ source }) => source.edited_at)}::timestamptz[],
      ${answered.map(({ lease }) => lease.token)}::uuid[]) as g(id, edited_at, lease_token)
    join source s on s.id = g.id and s.edited_at is not distinct from g.edited_at and s.deleted_at is null
    join host_gate h on h.lease_token = g.lease_token
    order by s.id for update of s for share of h`.execute(tx);
  return new Set(rows.map(({ id }) => id));
}

/** Stores the first pages of all, then their second ones: of one source, each before the next. */
async function storePages(tx: Tx, all: readonly Under[]): Promise<void> {
  const read = all.filter(({ is_held, base }) => is_held && base.outcome === 'read');
  for (let number = 0; ; number += 1) {
    const pages = read.flatMap((one) => {
      const page = one.fetched.pages[number];
      return page ? [{ one, page }] : [];
    });
    if (pages.length === 0) return;
    const snapshots = await storeSnapshots(
      tx,
      pages.map(({ one, page }) => snapshotOf(one, page)),
    );
    const known = await storeAnnounced(
      tx,
      pages.map(({ one: { source, now }, page }, index) => ({
        items: page.extraction.items,
        sighting: {
          source_id: source.id,
          snapshot_id: snapshots[index]?.id ?? null,
          language: source.language,
          seen_at: now,
        },
      })),
    );
    for (const [index, { one, page }] of pages.entries()) {
      const stored = known[index] ?? [];
      one.stored.push(...stored);
      const items = stored.map(({ id }, at) => ({ id, url: page.extraction.items[at]?.url ?? null }));
      await noteFetches(tx, one.source, { items, now: one.now });
    }
  }
}

function snapshotOf({ source, now }: Answered, page: Page): Parameters<typeof storeSnapshots>[1][number] {
  return {
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
  };
}

/** Of what was read out of a page: view counters and tokens around it are no change. */
function textHash({ items }: Extraction): string {
  return createHash('sha256')
    .update(JSON.stringify(items.map(({ title, url, issued_on, text }) => [title, url, issued_on, text])))
    .digest('hex');
}

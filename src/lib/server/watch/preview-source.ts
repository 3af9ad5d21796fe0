import { sql } from 'kysely';
import type { Extracted, ExtractionProblem } from '#lib/domain/watch/extracted.ts';
import { settingsIn, type SourceInput } from '#lib/domain/watch/source-input.ts';
import { charsetOf } from './ask-source.ts';
import { fetchPages } from './fetch-pages.ts';
import type { Fetchable } from './extract/extract.ts';
import type { StoredProblem } from './problem-text.ts';
import { snapshotOf } from './store-snapshot.ts';
import type { Watcher } from './watcher.ts';
import { withHost } from './with-host.ts';

export type Preview = {
  items: Extracted[];
  problems: ExtractionProblem[];
  /** Why nothing was read; null when something was. */
  problem: StoredProblem | null;
};

const GATE_WAIT_MS = 15_000;
/** Shown of what a source gives: the newest stand first. */
export const PREVIEW_ITEMS_MAX = 100;

/** Fetches once what these settings would watch and reads it; nothing is stored. */
export async function previewSource(watcher: Watcher, given: SourceInput, now: Date): Promise<Preview> {
  const nothing = (problem: StoredProblem): Preview => ({ items: [], problems: [], problem });
  if (given.kind === 'manual') return nothing({ code: 'manual', params: {} });
  const { host } = new URL(given.url);
  const done = await withHost(watcher, host.toLowerCase(), {
    wait_ms: GATE_WAIT_MS,
    work: async (lease) => ({
      value: await fetchPages(
        watcher,
        { ...fetchableOf(given), etag: null, last_modified: null, later_pages: null, health: 'new' },
        { lease, now },
      ),
    }),
  });
  if (!done) return nothing({ code: 'host_busy', params: { host } });
  const { asked, pages } = done.value;
  if (asked.kind === 'unchanged') return nothing({ code: 'http_status', params: { status: '304' } });
  if (asked.kind !== 'content') return nothing(asked.problem);
  const items = pages.flatMap(({ extraction }) => extraction.items);
  const problems = pages.flatMap(({ extraction }) => extraction.problems);
  return { items, problems: orNothingFound(given, items, problems), problem: null };
}

const NOTHING_FOUND: ExtractionProblem = { position: null, code: 'no_items', found: null };

/** Where nothing was found and nothing says why, the selectors are to be looked at; what a filter left out is no fault. */
function orNothingFound(
  given: SourceInput,
  items: readonly Extracted[],
  problems: ExtractionProblem[],
): ExtractionProblem[] {
  const { filter, only } = settingsIn(given);
  const is_told = items.length > 0 || problems.length > 0 || filter !== undefined || only !== undefined;
  return is_told ? problems : [NOTHING_FOUND];
}

function fetchableOf(given: SourceInput): Fetchable {
  const { kind, url, name, charset = null } = given;
  return { kind, url, name, charset, settings: settingsIn(given) };
}

export type Replayed = {
  snapshot_id: string;
  fetched_at: Date;
  url: string;
  item_count: number;
  problem_count: number;
};
/** The last states of a list show whether selectors hold beyond the present one. */
const SNAPSHOTS_REPLAYED = 5;

/** Reads with these settings what the source answered the last times; the items are those of the newest. */
export async function replaySource(
  watcher: Watcher,
  given: SourceInput,
  source_id: string,
): Promise<Preview & { replayed: Replayed[] }> {
  const snapshots = await watcher.asOperator(async (tx) => {
    const { rows } = await sql<{ id: string; url: string; fetched_at: Date }>`
      select id, url, fetched_at from snapshot
      where source_id = ${source_id} and kind in ('list', 'manual')
      order by fetched_at desc, id desc limit ${SNAPSHOTS_REPLAYED}`.execute(tx);
    return rows;
  });
  const replayed: Replayed[] = [];
  let newest: Preview = { items: [], problems: [], problem: null };
  for (const { id: snapshot_id, url, fetched_at } of snapshots) {
    const snapshot = await watcher.asOperator((tx) => snapshotOf(tx, snapshot_id));
    if (!snapshot) continue;
    const answered = { bytes: snapshot.bytes, url, charset: charsetOf(snapshot.content_type) };
    const { items, problems: found } = await watcher.reader.extract(fetchableOf(given), answered);
    const problems = orNothingFound(given, items, found);
    if (replayed.length === 0) newest = { items, problems, problem: null };
    replayed.push({
      snapshot_id,
      fetched_at,
      url,
      item_count: items.length,
      problem_count: problems.length,
    });
  }
  return { ...newest, replayed };
}

import { sql } from 'kysely';
import { checkSource } from './check-source.ts';
import { sourceToAsk } from './claim-host.ts';
import { fetchDetails } from './fetch-details.ts';
import { foldFiles } from './fold-files.ts';
import { hostPauseMs } from './hosts.ts';
import type { StoredProblem } from './problem-text.ts';
import type { Source } from './sources.ts';
import type { StoredItem } from './store-items.ts';
import type { Watcher } from './watcher.ts';
import { withHost } from './with-host.ts';
import type { Check } from './write-checks.ts';

export type Polled = {
  outcome: 'changed' | 'unchanged' | 'blocked' | 'failed';
  items_new: number;
  items_updated: number;
  problem: StoredProblem | null;
};

/** The rest is read by the next sweep. */
const DETAILS_WAITED = 20;
/** A person waits this long for a host that is being asked just now. */
const GATE_WAIT_MS = 15_000;

const refused = (problem: StoredProblem): Polled => ({
  outcome: 'failed',
  items_new: 0,
  items_updated: 0,
  problem,
});

/**
 * Checks a source now, whatever its interval says. The gap of its host is kept, and what a server asked for with
 * Retry-After is waited for: then nothing is asked and nothing changes.
 */
export async function pollSource(watcher: Watcher, source: Source, now: Date): Promise<Polled> {
  if (source.kind === 'manual') return refused({ code: 'manual', params: {} });
  if (source.not_before && source.not_before > now)
    return refused({ code: 'host_waits', params: { until: source.not_before.toISOString() } });
  const { host } = new URL(source.url);
  const done = await withHost(watcher, host.toLowerCase(), {
    wait_ms: GATE_WAIT_MS,
    work: async (lease) => {
      const row = await sourceToAsk(watcher.query, source.id);
      if (!row) return { value: null };
      const check = await checkSource(watcher, row, { lease, now });
      const pause_ms = hostPauseMs(watcher, lease.host, check.answered);
      if (pause_ms > 0) return { value: { check, details: [] }, pause_ms };
      const details = await fetchDetails(watcher, lease, {
        limit: DETAILS_WAITED,
        source_id: source.id,
        clock: watcher.now,
        is_over: () => watcher.stopping.aborted,
      });
      return { value: { check, details: details.stored }, pause_ms: details.pause_ms };
    },
  });
  if (!done?.value) return refused({ code: 'host_busy', params: { host } });
  const { check, details } = done.value;
  return polledOf(check, [...details, ...(await foldRead(watcher, source.id))]);
}

/** Files are read by another job within seconds; a person who asked for them waits that long. */
const FILES_WAIT_MS = 10_000;
const FILES_LOOK_MS = 250;

/** The text of the files that were just fetched, as far as it is there in time; the rest follows by itself. */
async function foldRead(watcher: Watcher, source_id: string): Promise<StoredItem[]> {
  const stored: StoredItem[] = [];
  const until_ms = performance.now() + FILES_WAIT_MS;
  for (;;) {
    stored.push(...(await foldFiles(watcher, { now: watcher.now(), source_id })).stored);
    const is_waiting = await watcher.asOperator(async (tx) => {
      const { rows } = await sql`
        select from item_fetch where source_id = ${source_id} and document_id is not null
          and document_id is distinct from text_of_document_id limit 1`.execute(tx);
      return rows.length > 0;
    });
    if (!is_waiting || performance.now() > until_ms || watcher.app.config.jobs === 'off') return stored;
    await new Promise((done) => setTimeout(done, FILES_LOOK_MS));
  }
}

function polledOf({ result, stored }: Check, details: readonly StoredItem[]): Polled {
  const new_ids = new Set(stored.filter(({ outcome }) => outcome === 'new').map(({ id }) => id));
  const items_new = new_ids.size;
  const changed = [...stored, ...details].filter(
    ({ outcome, id }) => outcome === 'changed' && !new_ids.has(id),
  );
  const items_updated = new Set(changed.map(({ id }) => id)).size;
  const counts = { items_new, items_updated, problem: result.problem };
  switch (result.outcome) {
    case 'read':
    case 'unchanged':
      return { outcome: items_new + items_updated > 0 ? 'changed' : 'unchanged', ...counts };
    case 'empty':
    case 'failed':
      return { outcome: 'failed', ...counts };
    case 'blocked':
      return { outcome: 'blocked', ...counts };
    default:
      return result.outcome satisfies never;
  }
}

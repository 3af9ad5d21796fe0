import { checkSource, type Check } from './check-source.ts';
import { claimSource } from './claim-host.ts';
import { hostPauseMs } from './hosts.ts';
import type { StoredProblem } from './problem-text.ts';
import type { Source } from './sources.ts';
import type { Watcher } from './watcher.ts';
import { withHost } from './with-host.ts';

export type Polled = {
  outcome: 'changed' | 'unchanged' | 'blocked' | 'failed';
  items_new: number;
  items_updated: number;
  problem: StoredProblem | null;
};

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
      const row = await claimSource(watcher.query, source.id, lease, now);
      if (!row) return { value: null };
      const check = await checkSource(watcher, row, { lease, now });
      return { value: polledOf(check), pause_ms: hostPauseMs(watcher, lease.host, check.result) };
    },
  });
  return done?.value ?? refused({ code: 'host_busy', params: { host } });
}

function polledOf({ result, stored }: Check): Polled {
  const items_new = stored.filter(({ outcome }) => outcome === 'new').length;
  const items_updated = stored.filter(({ outcome }) => outcome === 'changed').length;
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

import { followsDetails } from '#lib/domain/watch/source-input.ts';
import { checkSource, type Check } from './check-source.ts';
import { claimFurther, claimHost, giveBack, provideGates } from './claim-host.ts';
import { claimDetailHost, fetchDetails, provideDetailGates } from './fetch-details.ts';
import { hostPauseMs, renewHosts, waitsLong, type HostLease } from './hosts.ts';
import { createUnchangedRecorder, type UnchangedRecorder } from './record-unchanged.ts';
import type { SourceRow } from './source-row.ts';
import { Stopped } from './stopped.ts';
import type { Query, Watcher } from './watcher.ts';

export type SweepCounts = {
  checked: number;
  details: number;
  changed: number;
  items_new: number;
  blocked: number;
  failed: number;
};

/** Hosts asked at once. A host that does not answer holds its lane for ten seconds, so that many are needed. */
const LANES = 64;
/** A sweep starts nothing new after this long: the next tick goes on, and a stop is never far away. */
const SWEEP_MS = 45_000;
/** A host's turn; its further sources come with the next claim, so that no lease has to last for ever. */
const TURN_MS = 20_000;
/** Pages and files of one turn, beside its sources. */
const DETAILS_PER_TURN = 200;
const RENEW_MS = 10_000;

/**
 * Checks all sources that are due, many hosts at once and each host one request at a time. `now` is the run's
 * instant; what passes since is added, because a sweep may last as long as its tick.
 */
export async function sweep(
  watcher: Watcher,
  now: Date,
  { lanes = LANES, sweep_ms = SWEEP_MS }: { lanes?: number; sweep_ms?: number } = {},
): Promise<SweepCounts> {
  const counts: SweepCounts = { checked: 0, details: 0, changed: 0, items_new: 0, blocked: 0, failed: 0 };
  const started_ms = performance.now();
  const clock = () => new Date(now.getTime() + (performance.now() - started_ms));
  const held = new Set<HostLease>();
  const { query } = watcher;
  const { log } = watcher.app;
  const unchanged = createUnchangedRecorder(query);
  await provideGates(query);
  await provideDetailGates(query, now);
  const renewal = setInterval(() => {
    renewHosts(query, [...held]).catch((cause: unknown) =>
      log.warn({ err: cause }, 'leases of hosts were not renewed'),
    );
  }, RENEW_MS);
  const lane = async () => {
    while (performance.now() - started_ms < sweep_ms && !watcher.stopping.aborted) {
      const claim: Turn | null = (await claimHost(query, clock())) ?? (await claimDetails(query, clock()));
      if (!claim) return;
      held.add(claim.lease);
      try {
        await takeTurn(watcher, claim, { clock, counts, unchanged });
      } catch (cause) {
        if (!(cause instanceof Stopped)) throw cause;
      } finally {
        await unchanged.written(claim.lease.token);
        held.delete(claim.lease);
        await giveBack(query, claim.lease, { now: clock(), pause_ms: claim.pause_ms });
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: lanes }, lane));
  } finally {
    clearInterval(renewal);
  }
  return counts;
}

async function claimDetails(query: Query, now: Date): Promise<Turn | null> {
  const lease = await claimDetailHost(query, now);
  return lease && { lease, sources: [] };
}

type Turn = { lease: HostLease; sources: SourceRow[]; pause_ms?: number };

/** Pages that were found lie at hosts that may not be known yet: each gets its gate, to be asked in this sweep. */
async function takeTurn(
  watcher: Watcher,
  turn: Turn,
  { clock, counts, unchanged }: { clock: () => Date; counts: SweepCounts; unchanged: UnchangedRecorder },
): Promise<void> {
  const started_ms = performance.now();
  const is_over = () => performance.now() - started_ms > TURN_MS || watcher.stopping.aborted;
  const waiting = [...turn.sources];
  for (let source = waiting.shift(); source; source = waiting.shift()) {
    if (performance.now() - started_ms > TURN_MS || waitsLong(turn.lease)) return;
    const check = await checkSource(watcher, source, { lease: turn.lease, now: clock(), unchanged });
    count(counts, check);
    if (check.result.new_items > 0 && followsDetails(source.kind, source.settings))
      await provideDetailGates(watcher.query, clock());
    turn.pause_ms = hostPauseMs(watcher, turn.lease.host, check.answered);
    if (turn.pause_ms > 0) return;
    if (waiting.length === 0 && !is_over())
      waiting.push(...(await claimFurther(watcher.query, turn.lease, clock())));
  }
  const details = await fetchDetails(watcher, turn.lease, { limit: DETAILS_PER_TURN, clock, is_over });
  if (details.failed > 0) await provideDetailGates(watcher.query, clock());
  turn.pause_ms = details.pause_ms;
  counts.details += details.fetched;
}

function count(counts: SweepCounts, { result, stored }: Check): void {
  counts.checked += 1;
  counts.items_new += result.new_items;
  if (stored.some(({ outcome }) => outcome === 'new' || outcome === 'changed')) counts.changed += 1;
  if (result.outcome === 'blocked') counts.blocked += 1;
  if (result.outcome === 'failed' || result.outcome === 'empty') counts.failed += 1;
}

import { followsDetails } from '#lib/domain/watch/source-input.ts';
import { claimHosts, dueAtHost, giveBack, provideGates, SOURCES_PER_CLAIM, type Turn } from './claim-host.ts';
import { fetchDetails, provideDetailGates } from './fetch-details.ts';
import { hostPauseMs, renewHosts, waitsLong, type HostLease } from './hosts.ts';
import { resultOf } from './check-verdict.ts';
import { fetchPages } from './fetch-pages.ts';
import type { SourceRow } from './source-row.ts';
import { Stopped } from './stopped.ts';
import { createSweepWriter, type SweepWriter } from './sweep-writer.ts';
import { together } from './together.ts';
import type { Watcher } from './watcher.ts';
import type { Check } from './write-checks.ts';

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
  const writer = createSweepWriter(watcher);
  await provideGates(query);
  await provideDetailGates(query, now);
  const renewal = setInterval(() => {
    renewHosts(query, [...held]).catch((cause: unknown) =>
      log.warn({ err: cause }, 'leases of hosts were not renewed'),
    );
  }, RENEW_MS);
  const claim = together(async (lanes_free: true[]) => {
    const turns = await claimHosts(query, clock(), lanes_free.length);
    return lanes_free.map((_, index) => turns[index] ?? null);
  });
  const handBack = together(async (ended: { lease: HostLease; pause_ms: number }[]) => {
    await giveBack(query, ended, clock());
    return ended;
  });
  // Ends are written while their lanes are at other hosts; those that failed stay here.
  const ending = new Set<Promise<void>>();
  const endTurn = async ({ lease }: Turn, writing: readonly Promise<void>[], pause_ms: number) => {
    try {
      await Promise.all(writing);
      await writer.written(lease.token);
    } finally {
      await handBack({ lease, pause_ms });
      held.delete(lease);
    }
  };
  /** A host that was not given back yet may have more that is due. */
  const nextTurn = async () => {
    const turn = await claim(true);
    if (turn || ending.size === 0) return turn;
    writer.hurry();
    await Promise.all(ending);
    return claim(true);
  };
  const lane = async () => {
    while (performance.now() - started_ms < sweep_ms && !watcher.stopping.aborted) {
      const turn = await nextTurn();
      if (!turn) return;
      held.add(turn.lease);
      let pause_ms = 0;
      const writing: Promise<void>[] = [];
      try {
        pause_ms = await takeTurn(watcher, turn, { clock, counts, writer, writing });
      } catch (cause) {
        if (!(cause instanceof Stopped)) throw cause;
      } finally {
        const ended = endTurn(turn, writing, pause_ms).then(() => void ending.delete(ended));
        ended.catch(() => {});
        ending.add(ended);
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: lanes }, lane));
  } finally {
    await Promise.allSettled(ending);
    clearInterval(renewal);
  }
  await Promise.all(ending);
  return counts;
}

/**
 * Asks what is due at a host, one after the other, and answers how long the host wants to be left alone after it;
 * what is still being written of it then is added to `writing`. Pages that were found lie at hosts that may not be
 * known yet: each gets its gate, to be asked in this sweep.
 */
async function takeTurn(
  watcher: Watcher,
  turn: Turn,
  {
    clock,
    counts,
    writer,
    writing,
  }: { clock: () => Date; counts: SweepCounts; writer: SweepWriter; writing: Promise<void>[] },
): Promise<number> {
  const { lease } = turn;
  const started_ms = performance.now();
  const is_over = () => performance.now() - started_ms > TURN_MS || watcher.stopping.aborted;
  const asked = new Set<string>();
  let { has_details } = turn;
  let may_have_details = false;
  const settle = async (source: SourceRow, check: Check) => {
    count(counts, check);
    if (check.stored.length === 0 || !followsDetails(source.kind, source.settings)) return;
    has_details = true;
    if (check.result.new_items > 0) await provideDetailGates(watcher.query, clock());
  };
  for (let due = turn.sources; due.length > 0;) {
    for (const source of due) {
      if (performance.now() - started_ms > TURN_MS || waitsLong(lease)) return 0;
      asked.add(source.id);
      const now = clock();
      const fetched = await fetchPages(watcher, source, { lease, now });
      const { check } = await writer.take({ source, fetched, lease, now });
      const settled = check.then((written) => settle(source, written));
      settled.catch(() => {});
      writing.push(settled);
      may_have_details ||= fetched.pages.length > 0 && followsDetails(source.kind, source.settings);
      const pause_ms = hostPauseMs(watcher, lease.host, fetched.refused ?? resultOf(source, fetched));
      if (pause_ms > 0) return pause_ms;
    }
    if (due.length < SOURCES_PER_CLAIM || is_over()) break;
    // What was asked is due until its end is written.
    await Promise.all(writing);
    await writer.written(lease.token);
    due = (await dueAtHost(watcher.query, lease, clock())).filter(({ id }) => !asked.has(id));
  }
  if (may_have_details) await Promise.all(writing);
  if (!has_details) return 0;
  const details = await fetchDetails(watcher, lease, { limit: DETAILS_PER_TURN, clock, is_over });
  if (details.failed > 0) await provideDetailGates(watcher.query, clock());
  counts.details += details.fetched;
  return details.pause_ms;
}

function count(counts: SweepCounts, { result, stored }: Check): void {
  counts.checked += 1;
  counts.items_new += result.new_items;
  if (stored.some(({ outcome }) => outcome === 'new' || outcome === 'changed')) counts.changed += 1;
  if (result.outcome === 'blocked') counts.blocked += 1;
  if (result.outcome === 'failed' || result.outcome === 'empty') counts.failed += 1;
}

import type { FetchProblem } from '#lib/server/net/guarded-fetch.ts';
import { askAddress, type Asked } from './ask-source.ts';
import { awaitGap, gapMs, hostOf, noteEnd, releaseHost, takeHost, type HostLease } from './hosts.ts';
import { askRobots } from './robots.ts';
import type { Watcher } from './watcher.ts';

/** A redirect to another host waits this long for that host's gate. */
const OTHER_HOST_WAIT_MS = 5_000;

type RefusalCode = 'robots' | 'robots_unreachable' | 'host_busy' | `fetch.${FetchProblem}`;

class Refused extends Error {
  readonly problem: { code: RefusalCode; params: Record<string, string> };
  constructor(code: RefusalCode, params: Record<string, string>) {
    super(code);
    this.problem = { code, params };
  }
}

/** Asks one page or file under the gate of its host, as a source is asked. */
export async function askUnderGate(
  watcher: Watcher,
  what: { url: string; etag: string | null; last_modified: string | null },
  { lease, now }: { lease: HostLease; now: Date },
): Promise<Asked> {
  const borrowed: HostLease[] = [];
  try {
    return await refusedAsFailure(() =>
      askAddress(watcher, what.url, {
        validators: what,
        onHop: (url) => enterHost(watcher, url, lease, borrowed),
        now,
      }),
    );
  } finally {
    noteEnd(lease);
    for (const other of borrowed) await releaseHost(watcher.query, other);
  }
}

/** What the rules of politeness keep from being asked is a failure like others. */
export async function refusedAsFailure(work: () => Promise<Asked>): Promise<Asked> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause;
    return { kind: 'failed', problem: cause.problem, retry_after_seconds: null, max_age_seconds: null };
  }
}

/** Waits for the gap of the host that is asked next, and for its robots.txt to allow it. */
export async function enterHost(
  watcher: Watcher,
  url: URL,
  own: HostLease,
  borrowed: HostLease[],
): Promise<void> {
  const host = hostOf(url);
  const gateOf = async (of: URL) => {
    const gate = await gateFor(watcher, hostOf(of), own, borrowed);
    gate.least_gap_ms ??= gapMs(watcher.app, gate.host, null);
    gate.gap_ms = Math.max(gate.gap_ms, gate.least_gap_ms);
    return gate;
  };
  const gate = await gateOf(url);
  const least_gap_ms = gate.least_gap_ms ?? 0;
  const verdict = await askRobots(watcher, gate, {
    url,
    pause: () => awaitGap(watcher, gate),
    enterOther: async (other) => awaitGap(watcher, await gateOf(other)),
  });
  if (!verdict.is_allowed) throw new Refused(verdict.code, { host, detail: verdict.detail.slice(0, 300) });
  const { crawl_delay_seconds } = verdict;
  const gap_ms = crawl_delay_seconds === null ? least_gap_ms : gapMs(watcher.app, host, crawl_delay_seconds);
  // robots.txt was a request too: what it asks for counts from itself on.
  if (gap_ms > gate.gap_ms && gate.allowed_at_ms > 0) gate.allowed_at_ms += gap_ms - gate.gap_ms;
  gate.gap_ms = gap_ms;
  await awaitGap(watcher, gate);
}

/** The gate of a host: one that is held already, else taken and kept until what leads there has ended. */
async function gateFor(
  watcher: Watcher,
  host: string,
  own: HostLease,
  borrowed: HostLease[],
): Promise<HostLease> {
  const held = [own, ...borrowed].find((one) => one.host === host);
  if (held) return held;
  const taken = await takeHost(watcher.query, host, OTHER_HOST_WAIT_MS);
  if (!taken) throw new Refused('host_busy', { host });
  borrowed.push(taken);
  return taken;
}

import { giveBack } from './claim-host.ts';
import { Postponed, renewHosts, takeHost, type HostLease } from './hosts.ts';
import type { Watcher } from './watcher.ts';

/** A lease lasts 30 s; what is done under it may take longer. */
const RENEW_MS = 10_000;

/** What was done under a host's gate, and how long the host asked to be left alone after it. */
export type UnderGate<T> = { value: T; pause_ms?: number };

/**
 * Works under the gate of a host, which is kept while it takes and given back with whatever of it was claimed.
 * Null when the gate could not be had in time: the host is being asked, or its pause is not over.
 */
export async function withHost<T>(
  watcher: Watcher,
  host: string,
  { wait_ms, work }: { wait_ms: number; work: (lease: HostLease) => Promise<UnderGate<T>> },
): Promise<{ value: T } | null> {
  const lease = await takeHost(watcher.query, host, wait_ms);
  if (!lease) return null;
  const renewal = setInterval(() => {
    renewHosts(watcher.query, [lease]).catch((cause: unknown) =>
      watcher.app.log.warn({ err: cause }, 'the lease of a host was not renewed'),
    );
  }, RENEW_MS);
  let pause_ms: number | undefined;
  try {
    const done = await work(lease);
    pause_ms = done.pause_ms;
    return { value: done.value };
  } catch (cause) {
    if (cause instanceof Postponed) return null;
    throw cause;
  } finally {
    clearInterval(renewal);
    await giveBack(
      watcher.query,
      [{ lease, ...(pause_ms === undefined ? {} : { pause_ms }) }],
      watcher.now(),
    );
  }
}

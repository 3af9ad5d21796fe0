import { setTimeout as sleep } from 'node:timers/promises';
import { refuse } from './problem.ts';

/** A refusal waits this long for its sender to finish: one who still sends may never read the answer. */
const LINGER_MS = 1_000;
/** A sender who goes on beyond this after a refusal is cut off. */
const DISCARDED_BYTES_MAX = 64 * 1024 * 1024;

/**
 * The body, chunk by chunk. Leaving the loop early keeps the connection: `for await` over the body itself
 * would cancel it, and the framework answers a cancelled body by cutting the line before the refusal is out.
 */
export async function* chunksOf(request: Request): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = request.body?.getReader();
  try {
    while (reader) {
      const next = await reader.read().catch(() => refuse(400, 'The body broke off before it was complete.'));
      if (next.done) return;
      yield next.value;
    }
  } finally {
    reader?.releaseLock();
  }
}

/** Throws away what a refused request still sends, so that its sender comes to read why. */
export async function discardRest(request: Request, linger_ms = LINGER_MS): Promise<void> {
  const { body } = request;
  if (!body || body.locked) return;
  const over = new AbortController();
  const discarded = discard(body).finally(() => over.abort());
  await Promise.race([discarded, sleep(linger_ms, null, { signal: over.signal }).catch(() => null)]);
}

async function discard(body: ReadableStream<Uint8Array>): Promise<void> {
  const reader = body.getReader();
  try {
    for (let bytes = 0; bytes <= DISCARDED_BYTES_MAX;) {
      const next = await reader.read();
      if (next.done) return;
      bytes += next.value.byteLength;
    }
    await reader.cancel();
  } catch {
    // The sender is gone; so is what it sent.
  }
}

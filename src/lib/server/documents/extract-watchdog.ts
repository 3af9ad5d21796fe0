import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { z } from 'zod';

/**
 * A thread beside the reader of a document, which may be caught in a loop that no timer of its own thread
 * breaks. It ends the whole process when that passes its time or memory, or when its parent is gone: a
 * reader that outlived a killed worker would hold a core for ever.
 */
const WATCH_INTERVAL_MS = 100;

const { deadline_ms, memory_bytes } = z
  .object({ deadline_ms: z.number(), memory_bytes: z.number() })
  .parse(workerData);
const parent = process.ppid;

setInterval(() => {
  if (process.memoryUsage.rss() > memory_bytes) end('too_large');
  else if (performance.now() > deadline_ms) end('too_slow');
  else if (process.ppid !== parent) end('left alone');
}, WATCH_INTERVAL_MS);

/** The reason goes straight to the descriptor: the streams of a thread pass through the one that is stuck. */
function end(reason: string): void {
  try {
    writeSync(2, `${reason}\n`);
  } finally {
    // A parent that is gone takes no message; that must not keep this process.
    process.kill(process.pid, 'SIGKILL');
  }
}

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { isImage, type MediaType } from '#lib/domain/documents/media-type.ts';
import { EXTRACTION_PROBLEMS, type ExtractionProblem } from '#lib/domain/documents/problem.ts';
import { extractorOf } from './extractors.ts';

/** What reading a document gave. A problem that `is_retryable` may be gone at another try. */
export type Extraction = { extractor: string; extractor_version: number } & (
  | { state: 'extracted'; text: string; text_truncated: boolean; page_count: number | null }
  | { state: 'no_text'; page_count: number | null }
  | { state: 'failed'; problem: ExtractionProblem; is_retryable: boolean }
);

export type ExtractionLimits = {
  deadline_ms: number;
  heap_megabytes: number;
  /** Buffers lie outside the heap of JavaScript, where V8 sets no limit. */
  buffer_bytes: number;
  worker_file: string;
};

/** The slowest honest file that was tried (a 24 MB workbook) takes about 8 s; a lease lasts longer. */
const DEADLINE_MS = 20_000;
const HEAP_MEGABYTES = 384;
const BUFFER_BYTES_MAX = 320 * 1024 * 1024;
const MEMORY_CHECK_MS = 200;

/**
 * Reads the text of a document in a thread of its own, which is ended when it passes its time or memory.
 * Whatever the bytes do, this resolves.
 */
export async function extractNow(
  bytes: Uint8Array,
  media_type: MediaType,
  limits: Partial<ExtractionLimits> = {},
): Promise<Extraction> {
  const by = extractorOf(media_type);
  if (isImage(media_type)) return { state: 'no_text', page_count: null, ...by };
  const outcome = await runWorker(bytes, media_type, {
    deadline_ms: DEADLINE_MS,
    heap_megabytes: HEAP_MEGABYTES,
    buffer_bytes: BUFFER_BYTES_MAX,
    worker_file: WORKER_FILE,
    ...limits,
  });
  if (!outcome.ok) {
    const is_retryable = outcome.problem === 'too_slow' || outcome.problem === 'crashed';
    return { state: 'failed', problem: outcome.problem, is_retryable, ...by };
  }
  const { text, text_truncated, page_count } = outcome;
  if (text.trim() === '') return { state: 'no_text', page_count, ...by };
  return { state: 'extracted', text, text_truncated, page_count, ...by };
}

const message = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    text: z.string(),
    text_truncated: z.boolean(),
    page_count: z.number().int().nullable(),
  }),
  z.object({ ok: z.literal(false), problem: z.enum(EXTRACTION_PROBLEMS) }),
]);
type Outcome = z.infer<typeof message>;

async function runWorker(
  bytes: Uint8Array,
  media_type: MediaType,
  limits: ExtractionLimits,
): Promise<Outcome> {
  // A copy: what is handed over is gone here, and the caller may still need its bytes.
  const copy = Uint8Array.from(bytes);
  const worker = new Worker(limits.worker_file, {
    workerData: { bytes: copy, media_type },
    transferList: [copy.buffer],
    resourceLimits: { maxOldGenerationSizeMb: limits.heap_megabytes },
    execArgv: [],
    env: {},
    stdout: true,
    stderr: true,
  });
  // Libraries complain about odd files on the console; nobody would know what those lines are about.
  worker.stdout.resume();
  worker.stderr.resume();
  try {
    return await outcomeOf(worker, limits);
  } finally {
    await worker.terminate();
  }
}

function outcomeOf(worker: Worker, limits: ExtractionLimits): Promise<Outcome> {
  return new Promise((settle) => {
    const fail = (problem: ExtractionProblem) => finish({ ok: false, problem });
    const deadline = setTimeout(() => fail('too_slow'), limits.deadline_ms);
    const memory = setInterval(() => {
      worker.getHeapStatistics().then(
        ({ external_memory }) => {
          if (external_memory > limits.buffer_bytes) fail('too_large');
        },
        // It has ended in this moment; its exit says how.
        () => {},
      );
    }, MEMORY_CHECK_MS);
    const finish = (outcome: Outcome) => {
      clearTimeout(deadline);
      clearInterval(memory);
      settle(outcome);
    };
    worker.once('message', (said: unknown) => {
      const parsed = message.safeParse(said);
      finish(parsed.success ? parsed.data : { ok: false, problem: 'crashed' });
    });
    worker.once('error', (cause: unknown) => {
      const is_memory =
        cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY';
      fail(is_memory || cause instanceof RangeError ? 'too_large' : 'crashed');
    });
    worker.once('exit', () => fail('crashed'));
  });
}

/** The thread runs from the source even when this module was bundled into the web build. */
const WORKER_FILE = join(projectFolder(), 'src/lib/server/documents/extract-worker.ts');

function projectFolder(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package-lock.json')) || folder === dirname(folder)) return folder;
  }
}

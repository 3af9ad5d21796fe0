import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { TEXT_CHARACTERS_MAX } from '#lib/domain/documents/limits.ts';
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
  /** Of the whole process: buffers lie outside the heap of JavaScript, where V8 sets no limit. */
  memory_bytes: number;
  worker_file: string;
};

/** The slowest honest file that was tried (a 24 MB workbook) takes about 8 s; a lease lasts longer. */
const DEADLINE_MS = 20_000;
const HEAP_MEGABYTES = 384;
const MEMORY_BYTES_MAX = 640 * 1024 * 1024;
/** The process ends itself at its deadline, which counts from its own start; this is for one that cannot. */
const GRACE_MS = 1_000;

/**
 * Reads the text of a document in a process of its own, which is ended when it passes its time or memory.
 * A thread would not do: V8 ends the whole process when the heap of a thread overflows at the wrong moment.
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
    memory_bytes: MEMORY_BYTES_MAX,
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
  const { deadline_ms, heap_megabytes, memory_bytes, worker_file } = limits;
  const child = spawn(
    process.execPath,
    [
      `--max-old-space-size=${heap_megabytes}`,
      // Reading a file is all that it may do: it writes none and starts no program.
      '--permission',
      `--allow-fs-read=${PROJECT}`,
      '--allow-worker',
      '--disable-warning=SecurityWarning',
      worker_file,
      media_type,
      String(deadline_ms),
      String(memory_bytes),
    ],
    { stdio: 'pipe', env: { TZ: 'UTC' }, windowsHide: true },
  );
  let is_late = false;
  const deadline = setTimeout(() => {
    is_late = true;
    child.kill('SIGKILL');
  }, deadline_ms + GRACE_MS);
  // A reader that has ended early reads no further; how it ended is told by its exit.
  child.stdin.on('error', () => {});
  child.stdin.end(bytes);
  try {
    const outcome = await outcomeOf(child);
    return is_late ? { ok: false, problem: 'too_slow' } : outcome;
  } finally {
    clearTimeout(deadline);
    child.kill('SIGKILL');
  }
}

/** A text of the greatest length in JSON, each of its characters escaped. */
const ANSWER_BYTES_MAX = 6 * TEXT_CHARACTERS_MAX + 1_000;
/** What V8 writes when it has run out of memory comes last. */
const COMPLAINT_CHARACTERS = 10_000;
/** What the watchdog says, and V8 in its several voices. */
const OUT_OF_MEMORY =
  /^too_large$|out of memory|Array buffer allocation failed|Invalid (array|string) length|Maximum call stack/im;

async function outcomeOf(child: ChildProcess): Promise<Outcome> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let complaint = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    bytes += chunk.byteLength;
    if (bytes > ANSWER_BYTES_MAX) child.kill('SIGKILL');
    else chunks.push(chunk);
  });
  // Libraries complain about odd files on the console; only the end is looked at, and none of it is logged.
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString('latin1')).slice(-COMPLAINT_CHARACTERS);
  });
  const code = await new Promise<number | null>((settle) => {
    child.on('error', () => settle(null));
    child.on('close', settle);
  });
  if (code === 0) return parseAnswer(Buffer.concat(chunks));
  if (/^too_slow$/m.test(complaint)) return { ok: false, problem: 'too_slow' };
  return { ok: false, problem: OUT_OF_MEMORY.test(complaint) ? 'too_large' : 'crashed' };
}

function parseAnswer(bytes: Buffer): Outcome {
  try {
    return message.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    return { ok: false, problem: 'crashed' };
  }
}

/** The process runs from the source even when this module was bundled into the web build. */
const PROJECT = projectFolder();
const WORKER_FILE = join(PROJECT, 'src/lib/server/documents/extract-worker.ts');

function projectFolder(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package-lock.json')) || folder === dirname(folder)) return folder;
  }
}

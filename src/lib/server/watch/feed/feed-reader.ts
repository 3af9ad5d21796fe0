import { fork, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { EncodingHints } from '../decode.ts';
import type { FeedReading } from './read-feed-bytes.ts';

export type FeedReader = {
  read: (bytes: Uint8Array, hints: EncodingHints & { address: string | null }) => Promise<FeedOutcome>;
  close: () => Promise<void>;
};
/** Why a feed ended its reader; `crashed` also where memory ran out, which V8 does not tell apart. */
export type ReaderProblem = 'too_large' | 'too_slow' | 'crashed';
export type FeedOutcome = FeedReading | { result: { ok: false; problem: ReaderProblem } };

export type FeedReaderLimits = {
  deadline_ms: number;
  bytes_max: number;
  heap_megabytes: number;
  worker_file: string;
};

/** The largest honest feed that was tried (15 MB, 40,000 entries) takes about 3 s. */
const DEADLINE_MS = 10_000;
const BYTES_MAX = 15 * 1024 * 1024;
const HEAP_MEGABYTES = 512;

type Message = {
  id: number;
  bytes: Uint8Array;
  address: string | null;
  override: string | null;
  header: string | null;
};
type Waiting = { message: Message; settle: (outcome: FeedOutcome) => void };

/**
 * Reads feeds in a process of its own, one at a time. A feed that takes too long or too much memory ends that
 * process and nothing else: the next feed gets a new one. A thread would not do, because V8 ends the whole
 * process when the heap of a thread overflows at the wrong moment. Whatever the bytes do, `read` resolves.
 */
export function createFeedReader(given: Partial<FeedReaderLimits> = {}): FeedReader {
  const limits = {
    deadline_ms: DEADLINE_MS,
    bytes_max: BYTES_MAX,
    heap_megabytes: HEAP_MEGABYTES,
    worker_file: WORKER_FILE,
    ...given,
  };
  const queue: Waiting[] = [];
  let running: Promise<void> | null = null;
  let child: ChildProcess | null = null;
  let last_id = 0;

  async function run(): Promise<void> {
    for (let next = queue.shift(); next; next = queue.shift()) {
      child ??= startProcess(limits);
      const outcome = await outcomeOf(child, next.message, limits.deadline_ms);
      if (!('decoded' in outcome)) {
        child.kill('SIGKILL');
        child = null;
      }
      next.settle(outcome);
    }
    running = null;
  }

  return {
    read(bytes, { address, override = null, header = null }) {
      if (bytes.byteLength > limits.bytes_max)
        return Promise.resolve({ result: { ok: false, problem: 'too_large' } });
      const { promise, resolve } = Promise.withResolvers<FeedOutcome>();
      last_id += 1;
      queue.push({ message: { id: last_id, bytes, address, override, header }, settle: resolve });
      running ??= run();
      return promise;
    },
    async close() {
      await running;
      child?.kill('SIGKILL');
      child = null;
    },
  };
}

function startProcess({ worker_file, heap_megabytes }: FeedReaderLimits): ChildProcess {
  const child = fork(worker_file, [], {
    serialization: 'advanced',
    // Reading the program is all that it may do: it opens no other file and starts no other program.
    execArgv: [
      `--max-old-space-size=${heap_megabytes}`,
      '--permission',
      `--allow-fs-read=${PROJECT}`,
      '--disable-warning=SecurityWarning',
    ],
    env: { TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  // It is no reason to keep the program running.
  child.unref();
  child.channel?.unref();
  return child;
}

function outcomeOf(child: ChildProcess, message: Message, deadline_ms: number): Promise<FeedOutcome> {
  return new Promise((resolve) => {
    const fail = (problem: ReaderProblem) => finish({ result: { ok: false, problem } });
    const deadline = setTimeout(() => fail('too_slow'), deadline_ms);
    const said = (answer: { id: number; reading: FeedReading }) => {
      if (answer.id === message.id) finish(answer.reading);
    };
    const ended = () => fail('crashed');
    const finish = (outcome: FeedOutcome) => {
      clearTimeout(deadline);
      child.off('message', said).off('error', ended).off('exit', ended);
      resolve(outcome);
    };
    child.on('message', said).on('error', ended).on('exit', ended);
    child.send(message);
  });
}

/** The process runs from the source even when this module was bundled into the web build. */
const PROJECT = projectFolder();
const WORKER_FILE = join(PROJECT, 'src/lib/server/watch/feed/feed-worker.ts');

function projectFolder(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package-lock.json')) || folder === dirname(folder)) return folder;
  }
}

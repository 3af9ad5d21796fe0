import { fork, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { READING_SECONDS_MAX, type Extraction, type ReaderProblem } from '#lib/domain/watch/extracted.ts';
import type { Fetchable } from '#lib/server/watch/extract/extract.ts';
import type { PageReading } from '#lib/server/watch/extract/read-page.ts';
import type { ReaderAnswer, ReaderJob } from './read-job.ts';

type Answered = { bytes: Uint8Array; url: string; charset: string | null };

export type SourceReader = {
  /** The announcements in what a source answered, by its kind and settings. */
  extract: (source: Fetchable, answer: Answered) => Promise<Extraction>;
  /** One page: its text, its days and what is attached. */
  readPage: (page: Omit<Extract<ReaderJob, { task: 'page' }>, 'task'>) => Promise<PageReading>;
  /** An original as a page that can do nothing; or why it cannot be shown. */
  showOriginal: (
    bytes: Uint8Array,
    content_type: string | null,
  ) => Promise<{ ok: true; html: string } | { ok: false; problem: ReaderProblem }>;
  close: () => Promise<void>;
};

export type SourceReaderLimits = {
  deadline_ms: number;
  bytes_max: number;
  heap_megabytes: number;
  processes: number;
  worker_file: string;
};

const DEADLINE_MS = READING_SECONDS_MAX * 1000;
const BYTES_MAX = 15 * 1024 * 1024;
const HEAP_MEGABYTES = 512;
/** Half a second on a quiet machine. */
const START_MS = 60_000;
/** While one reads what takes until its deadline, the other goes on with everybody else's. */
const PROCESSES = 2;

type Waiting = { job: ReaderJob; settle: (answer: ReaderAnswer) => void };

/**
 * Reads what strangers sent in processes of their own, one answer at a time each. What takes too long or too
 * much memory, however it is written, ends its process and nothing else: the next answer gets a new one. A
 * thread would not do, because V8 ends the whole process when the heap of a thread overflows at the wrong
 * moment. Whatever the bytes do, every reading resolves.
 */
export function createSourceReader(given: Partial<SourceReaderLimits> = {}): SourceReader {
  const limits = {
    deadline_ms: DEADLINE_MS,
    bytes_max: BYTES_MAX,
    heap_megabytes: HEAP_MEGABYTES,
    processes: PROCESSES,
    worker_file: WORKER_FILE,
    ...given,
  };
  const queue: Waiting[] = [];
  const working = new Set<Promise<void>>();
  const idle: ChildProcess[] = [];
  let last_id = 0;

  async function work(): Promise<void> {
    let child = idle.pop() ?? null;
    for (let next = queue.shift(); next; next = queue.shift()) {
      if (!child?.connected) child = await startProcess(limits);
      last_id += 1;
      const answer = await answerOf(child, { id: last_id, job: next.job }, limits.deadline_ms);
      if (answer.task === 'failed') {
        child.kill('SIGKILL');
        child = null;
      }
      next.settle(answer);
    }
    if (child) idle.push(child);
  }

  function ask(bytes: Uint8Array, job: ReaderJob): Promise<ReaderAnswer> {
    if (bytes.byteLength > limits.bytes_max) return Promise.resolve({ task: 'failed', problem: 'too_large' });
    return new Promise((settle) => {
      queue.push({ job, settle });
      if (working.size >= limits.processes) return;
      const worker: Promise<void> = work().finally(() => working.delete(worker));
      working.add(worker);
    });
  }

  return {
    async extract({ kind, url, charset, name, settings }, { bytes, url: from, charset: header }) {
      const source = { kind, url, charset, name, settings };
      const answer = await ask(bytes, {
        task: 'list',
        source,
        answer: { bytes, url: from, charset: header },
      });
      if (answer.task === 'list') return answer.extraction;
      const problem = { position: null, code: problemOf(answer), found: null };
      return { items: [], problems: [problem], next_pages: [], ttl_minutes: null };
    },
    async readPage(page) {
      const answer = await ask(page.bytes, { task: 'page', ...page });
      if (answer.task === 'page') return answer.page;
      return { ok: false, problem: { position: null, code: problemOf(answer), found: null } };
    },
    async showOriginal(bytes, content_type) {
      const answer = await ask(bytes, { task: 'original', bytes, content_type });
      if (answer.task === 'original') return { ok: true, html: answer.html };
      return { ok: false, problem: problemOf(answer) };
    },
    async close() {
      await Promise.all(working);
      for (const child of idle.splice(0)) child.kill('SIGKILL');
    },
  };
}

/** An answer to another question than the one that was asked can only be a fault of the process. */
function problemOf(answer: ReaderAnswer): ReaderProblem {
  return answer.task === 'failed' ? answer.problem : 'crashed';
}

/** A process that is ready to read, or one that has ended: how long it takes to start is no fault of a source. */
async function startProcess({ worker_file, heap_megabytes }: SourceReaderLimits): Promise<ChildProcess> {
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
  await new Promise<void>((done) => {
    const late = setTimeout(done, START_MS);
    const settled = () => {
      clearTimeout(late);
      done();
    };
    child.once('message', settled).once('error', settled).once('exit', settled);
  });
  // It is no reason to keep the program running.
  child.unref();
  child.channel?.unref();
  return child;
}

function answerOf(
  child: ChildProcess,
  message: { id: number; job: ReaderJob },
  deadline_ms: number,
): Promise<ReaderAnswer> {
  return new Promise((resolve) => {
    const fail = (problem: ReaderProblem) => finish({ task: 'failed', problem });
    const deadline = setTimeout(() => fail('too_slow'), deadline_ms);
    const said = (said_of: { id: number; answer: ReaderAnswer }) => {
      if (said_of.id === message.id) finish(said_of.answer);
    };
    const ended = () => fail('crashed');
    const finish = (answer: ReaderAnswer) => {
      clearTimeout(deadline);
      child.off('message', said).off('error', ended).off('exit', ended);
      resolve(answer);
    };
    child.on('message', said).on('error', ended).on('exit', ended);
    if (child.connected) child.send(message);
    else ended();
  });
}

/** The process runs from the source even when this module was bundled into the web build. */
const PROJECT = projectFolder();
const WORKER_FILE = join(PROJECT, 'src/lib/server/watch/reader/reader-process.ts');

function projectFolder(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package-lock.json')) || folder === dirname(folder)) return folder;
  }
}

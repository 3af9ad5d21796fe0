/** A line of NDJSON: its number counts from 1, empty lines included. */
export type Line = { line: number; bytes: Buffer } | { line: number; bytes: null };

/** So many lines are answered together, unless their sender pauses. */
const BATCH_LINES_MAX = 1_000;
/** A sender that waits for an answer before its next line is not made to wait longer. */
const PAUSE_MS = 15;
export const NEWLINE = 0x0a;

/**
 * Batches of lines as they come, the next one read only when it is asked for. A line longer than
 * `line_bytes_max` comes without its bytes, and what follows it is read all the same.
 */
export async function* readLines(
  chunks: AsyncGenerator<Uint8Array>,
  line_bytes_max: number,
): AsyncGenerator<Line[]> {
  const splitter = new Splitter(line_bytes_max);
  let reading = chunks.next();
  for (;;) {
    const next = splitter.is_empty ? await reading : await orPause(reading);
    if (next === null) {
      yield splitter.take();
      continue;
    }
    if (next.done) break;
    splitter.add(next.value);
    while (splitter.size >= BATCH_LINES_MAX) yield splitter.take();
    reading = chunks.next();
  }
  splitter.end();
  while (!splitter.is_empty) yield splitter.take();
}

async function orPause(
  reading: Promise<IteratorResult<Uint8Array>>,
): Promise<IteratorResult<Uint8Array> | null> {
  let timer: NodeJS.Timeout | undefined;
  const paused = new Promise<null>((over) => {
    timer = setTimeout(over, PAUSE_MS, null);
  });
  try {
    return await Promise.race([reading, paused]);
  } finally {
    clearTimeout(timer);
  }
}

class Splitter {
  readonly #line_bytes_max: number;
  #lines: Line[] = [];
  #number = 0;
  /** The beginning of a line whose end has not come. */
  #parts: Buffer[] = [];
  #part_bytes = 0;

  constructor(line_bytes_max: number) {
    this.#line_bytes_max = line_bytes_max;
  }

  get size(): number {
    return this.#lines.length;
  }

  get is_empty(): boolean {
    return this.#lines.length === 0;
  }

  take(): Line[] {
    return this.#lines.splice(0, BATCH_LINES_MAX);
  }

  add(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let from = 0;
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, from)) {
      this.#keep(bytes.subarray(from, at));
      this.#close();
      from = at + 1;
    }
    if (from < bytes.length) this.#keep(bytes.subarray(from));
  }

  /** The last line needs no end of its own. */
  end(): void {
    if (this.#part_bytes > 0) this.#close();
  }

  #keep(part: Buffer): void {
    this.#part_bytes += part.length;
    if (this.#part_bytes <= this.#line_bytes_max) this.#parts.push(part);
    else this.#parts = [];
  }

  #close(): void {
    this.#number += 1;
    const [only, ...more] = this.#parts;
    const bytes = only && more.length === 0 ? only : Buffer.concat(this.#parts);
    const is_too_long = this.#part_bytes > this.#line_bytes_max;
    this.#parts = [];
    this.#part_bytes = 0;
    if (is_too_long) this.#lines.push({ line: this.#number, bytes: null });
    else if (!isBlank(bytes)) this.#lines.push({ line: this.#number, bytes });
  }
}

function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  return true;
}

import { isUtf8 } from 'node:buffer';
import { setImmediate } from 'node:timers/promises';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { readJson } from '#lib/server/http/json-text.ts';
import { errorsOf, predicateOf } from '#lib/server/http/sentences.ts';
import { answerText } from './answer.ts';
import { Batch, type Decider, type Decision } from './decider.ts';
import type { LogMode } from './decision-log.ts';
import { askedOf, decisionRequestSchema, type Asked, type Question } from './decision-request.ts';
import { isPlainRequest } from './plain-request.ts';
import { NEWLINE, readLines, type Line } from './read-lines.ts';

/** A report of five hundred items takes a tenth of it. */
export const LINE_BYTES_MAX = 1024 * 1024;

/** What could not be read is answered in its place. */
export type BadLine = {
  line: number;
  error: { code: string; message: string; pointer?: string };
};
export type Read = { ok: true; line: number; asked: Asked } | { ok: false; bad: BadLine };
export type Resolved = { ok: true; question: Question } | { ok: false; bad: BadLine };

/**
 * So many lines are read, decided and forgotten before the next of the same batch: objects that live on until their
 * whole batch is decided are copied over and over by the garbage collector (measured: a third of the time).
 */
const PART_LINES = 100;

/** Batches whose log is being written while the next is decided: the database and this process work at once. */
const IN_FLIGHT_MAX = 2;

/**
 * Answers NDJSON line by line in its order. The next lines are read and decided while the last are written to the
 * log, and only as fast as answers are taken.
 */
export async function* answerLines(
  decider: Decider,
  chunks: AsyncGenerator<Uint8Array>,
  { firm, mode }: { firm: Firm; mode: LogMode },
): AsyncGenerator<Uint8Array> {
  const batches = readLines(chunks, LINE_BYTES_MAX);
  const writing: Promise<Uint8Array[]>[] = [];
  let reading = batches.next();
  try {
    for (;;) {
      const [first] = writing;
      if (first) {
        // What has come meanwhile is decided while the log is written; what has not holds up no answer.
        const is_full = writing.length >= IN_FLIGHT_MAX;
        const is_read = !is_full && (await Promise.race([first.then(() => false), reading.then(() => true)]));
        if (!is_read) {
          yield* await first;
          void writing.shift();
          continue;
        }
      }
      const next = await reading;
      if (next.done) break;
      reading = batches.next();
      const batch = new Batch();
      const parts: Uint8Array[] = [];
      for (let at = 0; at < next.value.length; at += PART_LINES) {
        const read = next.value.slice(at, at + PART_LINES).map((line) => readLine(line, firm));
        const texts = await decideRead(decider, { batch, read: await resolve(decider, read) }, mode);
        parts.push(linesOf(texts));
        // What came meanwhile is taken in, and the log goes on; nobody else waits for a whole batch either.
        await setImmediate();
      }
      const answer = decider.log(batch).then(() => parts);
      // It is awaited in its turn; until then a refusal of the database must not end the process.
      answer.catch(() => undefined);
      writing.push(answer);
    }
    for (const answer of writing) yield* await answer;
  } finally {
    await Promise.allSettled(writing);
    await batches.return(undefined);
  }
}

/** Texts as the bytes of lines, each written straight to its place: joining them first would copy all of it twice. */
function linesOf(texts: readonly string[]): Uint8Array {
  let length_bytes = 0;
  for (const text of texts) length_bytes += Buffer.byteLength(text) + 1;
  const bytes = Buffer.allocUnsafeSlow(length_bytes);
  let at = 0;
  for (const text of texts) {
    at += bytes.write(text, at);
    bytes[at] = NEWLINE;
    at += 1;
  }
  return bytes;
}

/** One text for each question or bad line, in their order. */
export async function answersOf(decider: Decider, read: readonly Read[], mode: LogMode): Promise<string[]> {
  return answerResolved(decider, await resolve(decider, read), mode);
}

/** Questions with what they refer to; an id that leads to none is answered in its place. */
export async function resolve(decider: Decider, read: readonly Read[]): Promise<Resolved[]> {
  const found = await decider.questionsOf(read.flatMap((one) => (one.ok ? [one.asked] : [])));
  let at = 0;
  return read.map((one): Resolved => {
    if (!one.ok) return one;
    const referred = found[at];
    at += 1;
    if (!referred) throw new Error('each question has its parts, or says why not');
    if (referred.ok) return referred;
    const { code, message, pointer } = referred;
    return { ok: false, bad: { line: one.line, error: { code, message, pointer } } };
  });
}

export async function answerResolved(
  decider: Decider,
  read: readonly Resolved[],
  mode: LogMode,
): Promise<string[]> {
  const batch = new Batch();
  const texts = await decideRead(decider, { batch, read }, mode);
  await decider.log(batch);
  return texts;
}

/** The answers, which nobody may hear until the batch has been logged. */
async function decideRead(
  decider: Decider,
  { batch, read }: { batch: Batch; read: readonly Resolved[] },
  mode: LogMode,
): Promise<string[]> {
  const questions = read.flatMap((one) => (one.ok ? [one.question] : []));
  const make = (decision: Decision) => answerText(decision, mode);
  const made = await decider.decideInto(batch, questions, { mode, make });
  if (made.length === read.length) return made;
  let at = 0;
  return read.map((one) => {
    if (!one.ok) return JSON.stringify(one.bad);
    const text = made[at];
    at += 1;
    if (text === undefined) throw new Error('each question has its decision');
    return text;
  });
}

function readLine({ line, bytes }: Line, firm: Firm): Read {
  if (bytes === null)
    return bad(line, 'too_long', `The line is longer than ${LINE_BYTES_MAX} bytes. Send it in parts.`);
  if (!isUtf8(bytes)) return bad(line, 'encoding', 'The line is not UTF-8. JSON is always UTF-8.');
  const text = bytes.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(line === 1 ? text.replace(/^\uFEFF/, '') : text);
  } catch {
    const fault = readJson(text);
    const detail = fault.ok ? 'The line is not JSON.' : fault.detail.replace('The body', 'The line');
    return bad(line, 'json', detail);
  }
  return readRequest(value, line, firm);
}

/** A value that is no usable question becomes the bad line of its place. */
export function readRequest(value: unknown, line: number, firm: Firm): Read {
  if (isPlainRequest(value)) return { ok: true, line, asked: askedOf(value, firm) };
  const parsed = decisionRequestSchema.safeParse(value, { error: predicateOf });
  if (parsed.success) return { ok: true, line, asked: askedOf(parsed.data, firm) };
  const [first, ...more] = errorsOf(parsed.error, 'body');
  const message = (first?.message ?? 'The line cannot be used.').replace('The body', 'The line');
  return {
    ok: false,
    bad: {
      line,
      error: {
        code: first?.code ?? 'invalid',
        message: more.length === 0 ? message : `${message} And ${more.length} more.`,
        ...(first?.pointer ? { pointer: first.pointer } : {}),
      },
    },
  };
}

function bad(line: number, code: string, message: string): { ok: false; bad: BadLine } {
  return { ok: false, bad: { line, error: { code, message } } };
}

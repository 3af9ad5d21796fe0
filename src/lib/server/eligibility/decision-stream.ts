import { isUtf8 } from 'node:buffer';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { readJson } from '#lib/server/http/json-text.ts';
import { errorsOf, predicateOf } from '#lib/server/http/sentences.ts';
import { answerText } from './answer.ts';
import type { Decider } from './decider.ts';
import type { LogMode } from './decision-log.ts';
import { askedOf, decisionRequestSchema, questionOf, type Asked, type Question } from './decision-request.ts';
import { readLines, type Line } from './read-lines.ts';

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
 * Answers NDJSON line by line in its order. The next lines are read while the answers of the last are written to
 * the log, and only as fast as answers are taken.
 */
export async function* answerLines(
  decider: Decider,
  chunks: AsyncGenerator<Uint8Array>,
  { firm, mode }: { firm: Firm; mode: LogMode },
): AsyncGenerator<string> {
  const batches = readLines(chunks, LINE_BYTES_MAX);
  let reading = batches.next();
  let answering: Promise<string> | null = null;
  try {
    for (;;) {
      if (answering) {
        // What has come meanwhile is parsed while the log is written; what has not holds up no answer.
        const is_read = await Promise.race([answering.then(() => false), reading.then(() => true)]);
        if (!is_read) {
          yield await answering;
          answering = null;
        }
      }
      const next = await reading;
      if (next.done) break;
      const read = next.value.map((line) => readLine(line, firm));
      reading = batches.next();
      if (answering) yield await answering;
      answering = answerBatch(decider, read, mode);
    }
    if (answering) yield await answering;
  } finally {
    await batches.return(undefined);
  }
}

async function answerBatch(decider: Decider, read: readonly Read[], mode: LogMode): Promise<string> {
  return `${(await answersOf(decider, read, mode)).join('\n')}\n`;
}

/** One text for each question or bad line, in their order. */
export async function answersOf(decider: Decider, read: readonly Read[], mode: LogMode): Promise<string[]> {
  return answerResolved(decider, await resolve(decider, read), mode);
}

/** Questions with their reports; an id that leads to none is answered in its place. */
export async function resolve(decider: Decider, read: readonly Read[]): Promise<Resolved[]> {
  const asked = read.flatMap((one) => (one.ok ? [one.asked] : []));
  const reports = await decider.reportsOf(asked);
  let at = 0;
  return read.map((one): Resolved => {
    if (!one.ok) return one;
    const report = reports[at];
    at += 1;
    if (report) return { ok: true, question: questionOf(one.asked, report) };
    const message =
      'There is no report with this report_id that a person has confirmed. Confirm it, or send the report itself.';
    return {
      ok: false,
      bad: { line: one.line, error: { code: 'report_unknown', message, pointer: '/report_id' } },
    };
  });
}

export async function answerResolved(
  decider: Decider,
  read: readonly Resolved[],
  mode: LogMode,
): Promise<string[]> {
  const questions = read.flatMap((one) => (one.ok ? [one.question] : []));
  const decisions = questions.length > 0 ? await decider.decideAll(questions, mode) : [];
  let at = 0;
  return read.map((one) => {
    if (!one.ok) return JSON.stringify(one.bad);
    const decision = decisions[at];
    at += 1;
    if (!decision) throw new Error('each question has its decision');
    return answerText(decision, mode);
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

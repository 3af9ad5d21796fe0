import type { Dispatcher } from 'undici';
import { z } from 'zod';
import type { Format } from './endpoint.ts';
import type { Prepared } from './payload.ts';
import { problemOf } from '#lib/server/net/guarded-fetch.ts';

/** What came of one attempt. */
export type Outcome = {
  is_success: boolean;
  status: number | null;
  problem: string | null;
  detail: string | null;
  retry_after: string | null;
  /** Another attempt would not change it. */
  is_final: boolean;
};

/** From the first connection to the last byte that matters. */
export const ATTEMPT_DEADLINE_MS = 15_000;
/** Of an answer so much is read: an error message, or a robot's verdict. */
const ANSWER_BYTES_MAX = 16_384;
/** Once the status is known the rest of an answer is waited for this long; a robot's verdict to the deadline. */
const REST_TIMEOUT_MS = 1_000;
const DETAIL_LENGTH_MAX = 500;
const GONE = 410;

/**
 * Posts once, to a public address, without following redirects: a message that carries a signature goes where
 * it was meant to go. 2xx is received, whatever follows; a robot has to say in its answer that it took it.
 */
export async function post(
  agent: Dispatcher,
  { url, headers, body }: Prepared,
  { format, signal }: { format: Format; signal: AbortSignal },
): Promise<Outcome> {
  const target = new URL(url);
  let response: Dispatcher.ResponseData;
  try {
    response = await agent.request({
      origin: target.origin,
      path: `${target.pathname}${target.search}`,
      method: 'POST',
      headers: { 'user-agent': 'Greenlane', ...headers },
      body,
      signal,
    });
  } catch (cause) {
    return failed(signal.aborted ? 'timed_out' : problemOf(cause), cause);
  }
  const { statusCode: status } = response;
  const is_robot = format === 'dingtalk' || format === 'wecom' || format === 'feishu';
  const is_received = status >= 200 && status < 300;
  const answer = await answerOf(response, is_received && !is_robot ? REST_TIMEOUT_MS : ATTEMPT_DEADLINE_MS);
  const retry_after = headerOf(response.headers['retry-after']);
  const known = { status, retry_after, detail: answer.text === '' ? null : shortened(answer.text) };
  if (!is_received)
    return { ...known, is_success: false, problem: problemOfStatus(status), is_final: status === GONE };
  const verdict = is_robot ? robotProblem(answer.text) : null;
  return { ...known, is_success: verdict === null, problem: verdict, is_final: false };
}

export function failed(problem: string, cause: unknown): Outcome {
  const detail = shortened(cause instanceof Error ? cause.message : String(cause));
  return { is_success: false, status: null, problem, detail, retry_after: null, is_final: false };
}

function problemOfStatus(status: number): string {
  if (status === GONE) return 'endpoint_gone';
  if (status >= 300 && status < 400) return 'redirected';
  if (status === 429) return 'too_many_requests';
  return status >= 500 ? 'server_error' : 'refused';
}

/** The first bytes of the answer. One that does not end is cut off, with its connection. */
async function answerOf(response: Dispatcher.ResponseData, timeout_ms: number): Promise<{ text: string }> {
  const { body } = response;
  const chunks: Uint8Array[] = [];
  let size = 0;
  let is_whole = false;
  const timer = setTimeout(() => body.destroy(), timeout_ms);
  try {
    const stream: AsyncIterable<Uint8Array> = body;
    for await (const chunk of stream) {
      chunks.push(chunk.subarray(0, ANSWER_BYTES_MAX - size));
      size += chunk.byteLength;
      if (size >= ANSWER_BYTES_MAX) break;
    }
    is_whole = size < ANSWER_BYTES_MAX;
  } catch {
    // What came before the connection broke is all that there is; the status decides.
  } finally {
    clearTimeout(timer);
    if (!is_whole) body.on('error', () => {}).destroy();
  }
  return { text: Buffer.concat(chunks).toString('utf8') };
}

const verdict = z.looseObject({
  errcode: z.number().optional(),
  code: z.number().optional(),
  StatusCode: z.number().optional(),
});

/** Robots answer 200 also to what they refuse; the number in the answer tells. */
function robotProblem(text: string): string | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'robot_answer_unclear';
  }
  const parsed = verdict.safeParse(value);
  if (!parsed.success) return 'robot_answer_unclear';
  const number = parsed.data.errcode ?? parsed.data.code ?? parsed.data.StatusCode;
  if (number === undefined) return 'robot_answer_unclear';
  return number === 0 ? null : 'robot_refused';
}

function headerOf(value: string | string[] | undefined): string | null {
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

/** PostgreSQL keeps no U+0000. */
function shortened(text: string): string {
  return text.replaceAll('\u0000', '').slice(0, DETAIL_LENGTH_MAX);
}

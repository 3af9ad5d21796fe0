import type { Problem } from './problem.ts';
import { problem } from './problem.ts';

/** The connection was refused, cut or never given: nothing is wrong with the request. */
const DATABASE_GONE = ['ECONNREFUSED', 'ECONNRESET', '57P01', '57P02', '57P03', '53300', '08001', '08006'];
/** pg says these without a code. */
const DATABASE_GONE_MESSAGE = /^(timeout exceeded when trying to connect|Connection terminated)/;
/** Two transactions met (serialisation failure, deadlock), and this one gave way, wholly undone. */
const GAVE_WAY = ['40001', '40P01'];

/**
 * What the sender may know of a failure that nobody foresaw: whether to try again, and the id that finds
 * the cause in the log. The cause itself stays there.
 */
export function problemOfFailure(cause: unknown, method: string, request_id: string): Problem {
  const code = codeOf(cause);
  const message = cause instanceof Error ? cause.message : '';
  if (DATABASE_GONE.includes(code) || DATABASE_GONE_MESSAGE.test(message))
    return problem(
      503,
      `The database does not answer at the moment. Try again shortly; ${quote(request_id)}.`,
      undefined,
      { 'retry-after': '5' },
    );
  if (GAVE_WAY.includes(code))
    return problem(
      503,
      `Another request changed the same rows at this moment, and nothing of this one was kept. Send it again; ${quote(request_id)}.`,
      undefined,
      { 'retry-after': '1' },
    );
  const advice =
    method === 'get'
      ? 'The answer could not be made. Try again'
      : 'The request failed on the way. Look whether it took effect before you send it again';
  return problem(500, `${advice}; ${quote(request_id)}.`);
}

function quote(request_id: string): string {
  return `if it happens again, quote ${request_id}`;
}

function codeOf(cause: unknown): string {
  if (typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string')
    return cause.code;
  return '';
}

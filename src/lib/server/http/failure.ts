import { isDatabaseLost } from '#lib/server/db/lost-database.ts';
import { problem, type Problem } from './problem.ts';

/** Two transactions met (serialisation failure, deadlock), and this one gave way, wholly undone. */
const GAVE_WAY = ['40001', '40P01'];

/**
 * What the sender may know of a failure that nobody foresaw: whether to try again, and the id that finds
 * the cause in the log. The cause itself stays there.
 */
export function problemOfFailure(cause: unknown, method: string, request_id: string): Problem {
  if (isDatabaseLost(cause))
    return problem(
      503,
      `The database does not answer at the moment. Try again shortly; ${quote(request_id)}.`,
      undefined,
      { 'retry-after': '5' },
    );
  if (GAVE_WAY.includes(codeOf(cause)))
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

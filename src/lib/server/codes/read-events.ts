import { codeStatusOf, codeStatusSchema, type CodeStatus } from '#lib/domain/codes/code-status.ts';
import type { ErrorPlace } from '#lib/server/http/problem.ts';
import { errorsOf, predicateOf } from '#lib/server/http/sentences.ts';

export type ReadStatuses = { statuses: CodeStatus[]; rejected: number; errors: ErrorPlace[] };

/** More are not read by anybody; the count says how many there are. */
const ERRORS_MAX = 100;
/** Clocks differ by minutes. A status of next week would hold until then, whatever came meanwhile. */
const AHEAD_MS = 24 * 3600 * 1000;

/** Statuses of a list: the good ones, and for each of the others its place and what to do. */
export function readStatuses(values: readonly unknown[], now: Date): ReadStatuses {
  const read: ReadStatuses = { statuses: [], rejected: 0, errors: [] };
  for (const [index, value] of values.entries()) {
    const one = readStatus(value, now);
    if (one.ok) read.statuses.push(one.status);
    else {
      read.rejected += 1;
      for (const { pointer = '', ...error } of one.errors)
        if (read.errors.length < ERRORS_MAX) read.errors.push({ pointer: `/${index}${pointer}`, ...error });
    }
  }
  return read;
}

type ReadStatus = { ok: true; status: CodeStatus } | { ok: false; errors: ErrorPlace[] };

export function readStatus(value: unknown, now: Date): ReadStatus {
  const parsed = codeStatusSchema.safeParse(value, { error: predicateOf });
  if (!parsed.success) return { ok: false, errors: errorsOf(parsed.error, 'body') };
  const status = codeStatusOf(parsed.data);
  if (status.at.getTime() - now.getTime() <= AHEAD_MS) return { ok: true, status };
  const message = 'at lies more than a day ahead. Correct the clock of the sender.';
  return { ok: false, errors: [{ pointer: '/at', field: 'at', code: 'future', message }] };
}

/** The events of a webhook's body: one, a list, or either of them in the `data` of Standard Webhooks. */
export function eventsOf(body: unknown): unknown[] {
  if (Array.isArray(body)) return body;
  if (typeof body === 'object' && body !== null && 'data' in body && !('code' in body))
    return eventsOf(body.data);
  return [body];
}

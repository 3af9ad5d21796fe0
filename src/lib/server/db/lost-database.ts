/** The connection could not be made or broke, or the server is going down or coming up. */
const CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  '08000',
  '08001',
  '08003',
  '08004',
  '08006',
  '53300',
  '57P01',
  '57P02',
  '57P03',
]);
/** What the driver says without a code. */
const MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Cannot use a pool after calling end)/;
const CAUSES_MAX = 5;

/** Whether an exception means that the database cannot be reached just now: 503, and worth another try. */
export function isDatabaseLost(exception: unknown): boolean {
  let cause = exception;
  for (let depth = 0; depth < CAUSES_MAX && cause instanceof Error; depth += 1) {
    if (MESSAGES.test(cause.message)) return true;
    if ('code' in cause && typeof cause.code === 'string' && CODES.has(cause.code)) return !isFile(cause);
    cause = cause.cause;
  }
  return false;
}

/** ENOENT of a socket is a missing server; of a file it is a missing file. */
function isFile(cause: Error): boolean {
  return 'code' in cause && cause.code === 'ENOENT' && !('syscall' in cause && cause.syscall === 'connect');
}

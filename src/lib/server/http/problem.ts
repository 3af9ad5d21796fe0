/** One place of an error: `line` counts from 1 with the header, `pointer` is a JSON pointer (RFC 6901). */
export type ErrorPlace = { line?: number; pointer?: string; field?: string; code: string; message: string };

export type Problem = {
  status: number;
  title: string;
  detail: string;
  errors?: ErrorPlace[];
  headers?: Record<string, string>;
};

const TITLES: Record<number, string> = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Not usable',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Not available',
};

/** What a status is called; the sentence in `detail` says the rest. */
export function titleOf(status: number): string {
  return TITLES[status] ?? 'Error';
}

export function problem(
  status: number,
  detail: string,
  errors?: ErrorPlace[],
  headers?: Record<string, string>,
): Problem {
  return { status, title: titleOf(status), detail, errors, headers };
}

/** An answer in `application/problem+json` (RFC 9457). */
export function problemResponse(found: Problem, request_id: string): Response {
  const { status, title, detail, errors } = found;
  const body = { type: 'about:blank', title, status, detail, request_id, ...(errors ? { errors } : {}) };
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...found.headers },
  });
}

/** Thrown inside an operation to end it with a problem; caught by `respond` alone. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(found: Problem) {
    super(found.detail);
    this.problem = found;
  }
}

/** Ends the operation with this problem. */
export function refuse(
  status: number,
  detail: string,
  errors?: ErrorPlace[],
  headers?: Record<string, string>,
): never {
  throw new ProblemError(problem(status, detail, errors, headers));
}

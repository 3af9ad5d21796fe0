import type { Dispatcher } from 'undici';
import { BadAnswer, codeOf, decodeBody } from './decode-body.ts';
import { AddressNotAllowed } from './guarded-agent.ts';
import { Ended, REDIRECTS, TooLarge, receive, type Ending, type OneRequest } from './receive.ts';

export type FetchRequest = {
  url: string;
  method?: 'GET' | 'HEAD' | 'POST';
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
  /** Decoded, whatever the answer was compressed with. */
  body_bytes_max: number;
  /** From the first connection to the last byte, redirects included. */
  deadline_ms: number;
  redirects_max: number;
  /** Called before each hop, the first included; what it throws ends the request and reaches the caller. */
  onHop?: (url: URL) => Promise<void>;
  signal?: AbortSignal;
};

export type Fetched = {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
  /** Where the answer came from, after all redirects. */
  url: string;
  /** The addresses that were asked, the first included. */
  hops: readonly { url: string; status: number }[];
};

export type FetchProblem =
  | 'bad_url'
  | 'address_not_allowed'
  | 'name_not_found'
  | 'connection_refused'
  | 'connection_lost'
  | 'bad_certificate'
  | 'timed_out'
  | 'too_large'
  | 'too_many_redirects'
  | 'bad_redirect'
  | 'bad_answer'
  | 'aborted';

export type FetchResult =
  | ({ ok: true } & Fetched)
  | {
      ok: false;
      problem: FetchProblem;
      is_retryable: boolean;
      detail: string;
      hops: readonly { url: string; status: number }[];
    };

/** Headers that say who asks; they are meant for one origin and no other. */
const PERSONAL = ['authorization', 'cookie', 'proxy-authorization'];

/**
 * One request over the guarded agent, redirects followed by hand so that each hop is checked like the first.
 * Whatever the other side does, this resolves within its deadline and keeps at most `body_bytes_max` bytes.
 */
export async function guardedFetch(agent: Dispatcher, request: FetchRequest): Promise<FetchResult> {
  const hops: { url: string; status: number }[] = [];
  const fail = (problem: FetchProblem, detail: string): FetchResult => ({
    ok: false,
    problem,
    is_retryable: RETRYABLE.has(problem),
    detail,
    hops,
  });
  let target = webUrl(request.url);
  if (!target) return fail('bad_url', `${request.url} is not a web address`);
  let { method = 'GET', body, headers = {} } = request;
  // A signal of the platform for each request costs more than its answer, and would be kept until the deadline.
  const ending: Ending = { cause: null, end: null };
  let is_late = false;
  const end = () => {
    ending.cause ??= new Ended('the request was ended');
    ending.end?.(ending.cause);
  };
  const deadline = setTimeout(() => {
    is_late = true;
    end();
  }, request.deadline_ms);
  if (request.signal?.aborted) end();
  request.signal?.addEventListener('abort', end, { once: true });
  let is_hop_refused = false;
  const enter = async (url: URL) => {
    is_hop_refused = true;
    await request.onHop?.(url);
    is_hop_refused = false;
  };
  try {
    for (;;) {
      await enter(target);
      const answer = await askOnce(agent, target, {
        method,
        headers,
        body,
        ending,
        bytes_max: request.body_bytes_max,
      });
      hops.push({ url: target.href, status: answer.status });
      const location = REDIRECTS.has(answer.status) ? answer.headers.location : undefined;
      if (location === undefined) return { ok: true, ...answer, url: target.href, hops };
      if (hops.length > request.redirects_max)
        return fail('too_many_redirects', `more than ${request.redirects_max} redirects`);
      const next = webUrl(location, target.href);
      if (!next) return fail('bad_redirect', `redirected to ${location.slice(0, 200)}`);
      if (next.origin !== target.origin) headers = withoutPersonal(headers);
      if (answer.status === 303 || (method === 'POST' && answer.status < 303)) {
        method = 'GET';
        body = undefined;
      }
      target = next;
    }
  } catch (cause) {
    if (is_hop_refused) throw cause;
    const problem = is_late ? 'timed_out' : problemOf(cause);
    return fail(problem, cause instanceof Error ? cause.message : String(cause));
  } finally {
    clearTimeout(deadline);
    request.signal?.removeEventListener('abort', end);
  }
}

const RETRYABLE: ReadonlySet<FetchProblem> = new Set([
  'name_not_found',
  'connection_refused',
  'connection_lost',
  'timed_out',
  'bad_answer',
  'aborted',
]);

/** An address of the web without a password in it; anything else is refused unasked. */
function webUrl(written: string, base?: string): URL | null {
  const url = URL.parse(written, base);
  if (!url) return null;
  const is_web = url.protocol === 'http:' || url.protocol === 'https:';
  return is_web && url.username === '' && url.password === '' && url.hostname !== '' ? url : null;
}

async function askOnce(
  agent: Dispatcher,
  url: URL,
  asked: OneRequest,
): Promise<Pick<Fetched, 'status' | 'headers' | 'body'>> {
  const { status, headers, chunks } = await receive(agent, url, asked);
  const encoding = headers['content-encoding'];
  if (chunks.length === 0) return { status, headers, body: new Uint8Array() };
  return { status, headers, body: await decodeBody(Buffer.concat(chunks), encoding, asked.bytes_max) };
}

function withoutPersonal(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !PERSONAL.includes(name.toLowerCase())),
  );
}

/** Which problem an error of a request over the guarded agent stands for. */
export function problemOf(cause: unknown): FetchProblem {
  if (cause instanceof TooLarge) return 'too_large';
  if (cause instanceof BadAnswer) return 'bad_answer';
  for (let at: unknown = cause, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if (at instanceof AddressNotAllowed) return 'address_not_allowed';
    // Several addresses were tried and each failed; the first failure speaks for all.
    if (at instanceof AggregateError && at.errors.length > 0) return problemOf(at.errors[0]);
    const known = PROBLEM_OF_CODE[codeOf(at)];
    if (known) return known;
    if (/^(ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_SSL)/.test(codeOf(at)))
      return 'bad_certificate';
    if (/^HPE_|^UND_ERR_RES_EXCEEDED|^UND_ERR_HEADERS_OVERFLOW|^UND_ERR_RES_CONTENT/.test(codeOf(at)))
      return 'bad_answer';
    if (at.name === 'HTTPParserError') return 'bad_answer';
    if (at.name === 'AbortError') return 'aborted';
    if (at.name === 'TimeoutError') return 'timed_out';
  }
  return 'connection_lost';
}

const PROBLEM_OF_CODE: Readonly<Record<string, FetchProblem>> = {
  ENOTFOUND: 'name_not_found',
  EAI_AGAIN: 'name_not_found',
  EAI_NODATA: 'name_not_found',
  EAI_NONAME: 'name_not_found',
  ECONNREFUSED: 'connection_refused',
  EHOSTUNREACH: 'connection_refused',
  ENETUNREACH: 'connection_refused',
  UND_ERR_CONNECT_TIMEOUT: 'timed_out',
  UND_ERR_HEADERS_TIMEOUT: 'timed_out',
  UND_ERR_BODY_TIMEOUT: 'timed_out',
  ETIMEDOUT: 'timed_out',
};

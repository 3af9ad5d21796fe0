import { brotliDecompress, gunzip, inflate, inflateRaw, zstdDecompress, type InputType } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { AddressNotAllowed } from './guarded-agent.ts';

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

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
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
  // Taken down with the request: signals of the platform would keep each request until its deadline.
  const ending = new AbortController();
  let is_late = false;
  const deadline = setTimeout(() => {
    is_late = true;
    ending.abort();
  }, request.deadline_ms);
  const end = () => ending.abort();
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
        signal: ending.signal,
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

type Asked = {
  method: 'GET' | 'HEAD' | 'POST';
  headers: Readonly<Record<string, string>>;
  body: string | Uint8Array | undefined;
  signal: AbortSignal;
  bytes_max: number;
};

class TooLarge extends Error {}
class BadAnswer extends Error {}

async function askOnce(
  agent: Dispatcher,
  url: URL,
  { method, headers, body, signal, bytes_max }: Asked,
): Promise<Pick<Fetched, 'status' | 'headers' | 'body'>> {
  const response = await agent.request({
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method,
    headers: { 'accept-encoding': 'gzip, deflate, br, zstd', ...headers },
    body: body ?? null,
    signal,
  });
  const found = flat(response.headers);
  try {
    // A redirect's own page is never read.
    if (REDIRECTS.has(response.statusCode) && found.location !== undefined) {
      await response.body.dump({ limit: 65_536, signal });
      return { status: response.statusCode, headers: found, body: new Uint8Array() };
    }
    if (Number(found['content-length'] ?? 0) > bytes_max) throw new TooLarge(`more than ${bytes_max} bytes`);
    const chunks: Uint8Array[] = [];
    let size = 0;
    const stream: AsyncIterable<Uint8Array> = response.body;
    for await (const bytes of stream) {
      size += bytes.byteLength;
      if (size > bytes_max) throw new TooLarge(`more than ${bytes_max} bytes`);
      chunks.push(bytes);
    }
    const decoded = await decodeBody(Buffer.concat(chunks), found['content-encoding'], bytes_max);
    return { status: response.statusCode, headers: found, body: decoded };
  } catch (cause) {
    response.body.destroy();
    throw cause;
  }
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined
        ? []
        : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value] as const],
    ),
  );
}

type Unpack = (
  bytes: InputType,
  options: { maxOutputLength: number },
  done: (cause: Error | null, result: Buffer) => void,
) => void;

const UNPACKERS: Readonly<Record<string, Unpack>> = {
  gzip: gunzip,
  'x-gzip': gunzip,
  deflate: inflate,
  br: brotliDecompress,
  zstd: zstdDecompress,
};
/** What stands there by mistake: names of encodings, and words for none. */
const UNPACKED = new Set([
  'identity',
  'none',
  'binary',
  '8bit',
  'chunked',
  'utf-8',
  'utf8',
  'gbk',
  'gb2312',
  'gb18030',
]);
/** More layers than a server would use are there to multiply. */
const LAYERS_MAX = 2;

async function decodeBody(
  bytes: Uint8Array,
  written: string | undefined,
  bytes_max: number,
): Promise<Uint8Array> {
  const layers = (written ?? '')
    .toLowerCase()
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && !UNPACKED.has(part));
  if (layers.length > LAYERS_MAX) throw new BadAnswer(`compressed ${layers.length} times`);
  let found = bytes;
  for (const layer of layers.toReversed()) {
    const unpack = UNPACKERS[layer];
    if (!unpack) throw new BadAnswer(`compressed with ${layer.slice(0, 40)}`);
    if (found.byteLength > 0) found = await unpacked(unpack, layer, found, bytes_max);
  }
  return found;
}

async function unpacked(
  unpack: Unpack,
  layer: string,
  bytes: Uint8Array,
  bytes_max: number,
): Promise<Uint8Array> {
  const attempt = (by: Unpack) =>
    new Promise<Uint8Array>((resolve, reject) => {
      by(bytes, { maxOutputLength: bytes_max }, (cause, result) => (cause ? reject(cause) : resolve(result)));
    });
  try {
    return await attempt(unpack);
  } catch (cause) {
    if (codeOf(cause) === 'ERR_BUFFER_TOO_LARGE')
      throw new TooLarge(`more than ${bytes_max} bytes unpacked`, { cause });
    // Some servers call the bare stream deflate, without the two bytes that belong before it.
    if (layer === 'deflate' && unpack !== inflateRaw) return unpacked(inflateRaw, layer, bytes, bytes_max);
    throw new BadAnswer(`says ${layer} and is not`, { cause });
  }
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
    if (at.name === 'AbortError') return 'aborted';
    if (at.name === 'TimeoutError') return 'timed_out';
  }
  return 'connection_lost';
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
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

import { createHash } from 'node:crypto';
import { readMaxAge, readRetryAfter } from '#lib/domain/watch/next-check.ts';
import { isLogin, SHELL_BYTES_MAX, wallOf, type Wall } from '#lib/domain/watch/wall.ts';
import { decodeText } from '#lib/server/documents/decode-text.ts';
import { guardedFetch, type FetchProblem } from '#lib/server/net/guarded-fetch.ts';
import { Stopped } from './stopped.ts';
import type { Watcher } from './watcher.ts';

/** Decoded; a list or a document that is larger is a fault of the server. */
export const BODY_BYTES_MAX = 15 * 1024 * 1024;
const DEADLINE_MS = 60_000;
const REDIRECTS_MAX = 5;
/** The beginning shows whether a wall answered. */
const HEAD_BYTES = 20_000;

export type SourceProblem =
  | { code: `fetch.${FetchProblem}`; params: Record<string, string> }
  | { code: 'http_status'; params: { status: string } }
  | { code: 'wall'; params: { wall: Wall; status: string } }
  | {
      code: 'robots' | 'robots_unreachable' | 'host_busy' | 'unreadable' | 'login';
      params: Record<string, string>;
    };

/** What asking an address once gave. */
export type Asked = { retry_after_seconds: number | null; max_age_seconds: number | null } & (
  | { kind: 'unchanged' }
  | {
      kind: 'content';
      bytes: Uint8Array;
      sha256: string;
      url: string;
      status: number;
      headers: Readonly<Record<string, string>>;
      content_type: string | null;
      charset: string | null;
    }
  | { kind: 'blocked'; problem: SourceProblem }
  | { kind: 'failed'; problem: SourceProblem }
);

export type Validators = { etag: string | null; last_modified: string | null };

const NOTHING_ASKED = { retry_after_seconds: null, max_age_seconds: null };

/**
 * Asks an address once, conditionally where validators are known. The caller holds the host's gate; `onHop`
 * takes that of another host which the answer leads to.
 */
export async function askAddress(
  watcher: Watcher,
  url: string,
  {
    validators,
    onHop,
    now,
  }: { validators: Validators | null; onHop: (url: URL) => Promise<void>; now: Date },
): Promise<Asked> {
  const headers: Record<string, string> = {
    'user-agent': watcher.user_agent,
    accept: '*/*',
    'accept-language': 'zh-CN,zh;q=0.9,en;q=0.5',
  };
  if (validators?.etag) headers['if-none-match'] = validators.etag;
  if (validators?.last_modified) headers['if-modified-since'] = validators.last_modified;
  const result = await guardedFetch(watcher.agent, {
    url,
    headers,
    body_bytes_max: BODY_BYTES_MAX,
    deadline_ms: DEADLINE_MS,
    redirects_max: REDIRECTS_MAX,
    onHop,
    signal: watcher.stopping,
  });
  if (watcher.stopping.aborted) throw new Stopped();
  if (!result.ok)
    return {
      kind: 'failed',
      problem: { code: `fetch.${result.problem}`, params: { detail: result.detail.slice(0, 300) } },
      ...NOTHING_ASKED,
    };
  const { status, headers: answered, body } = result;
  const asked = {
    retry_after_seconds: readRetryAfter(answered['retry-after'], now),
    max_age_seconds: readMaxAge(answered['cache-control']),
  };
  // Whoever was not asked whether anything changed cannot know: nothing was read then, and it is no "no news".
  if (status === 304 && (validators?.etag || validators?.last_modified))
    return { kind: 'unchanged', ...asked };
  const content_type = answered['content-type'] ?? null;
  const head = headOf(body, status, content_type);
  const wall = wallOf({ status, headers: answered, body: head, byte_count: body.byteLength });
  if (wall)
    return { kind: 'blocked', problem: { code: 'wall', params: { wall, status: String(status) } }, ...asked };
  if (pathOf(result.url) !== pathOf(url) && isLogin(result.url, head))
    return {
      kind: 'blocked',
      problem: { code: 'login', params: { address: result.url.slice(0, 300) } },
      ...asked,
    };
  if (status < 200 || status >= 300)
    return { kind: 'failed', problem: { code: 'http_status', params: { status: String(status) } }, ...asked };
  return {
    kind: 'content',
    bytes: body,
    sha256: createHash('sha256').update(body).digest('hex'),
    url: result.url,
    status,
    headers: kept(answered),
    content_type,
    charset: charsetOf(content_type),
    ...asked,
  };
}

/** Walls say in Chinese what they are, in any encoding; what is long and welcome is not worth guessing one for. */
function headOf(body: Uint8Array, status: number, content_type: string | null): string {
  const head = body.subarray(0, HEAD_BYTES);
  const may_be_wall = status >= 300 || body.byteLength <= SHELL_BYTES_MAX;
  return may_be_wall
    ? decodeText(head, { header: charsetOf(content_type) }).text
    : new TextDecoder().decode(head);
}

function pathOf(written: string): string {
  return URL.canParse(written) ? new URL(written).pathname : written;
}

/** What the header of an answer says of its encoding. */
export function charsetOf(content_type: string | null): string | null {
  return /charset\s*=\s*["']?([\w.:-]+)/i.exec(content_type ?? '')?.[1] ?? null;
}

/** Headers that say something about the answer itself; cookies and traces of the way are not kept. */
const KEPT = [
  'content-type',
  'etag',
  'last-modified',
  'date',
  'content-language',
  'cache-control',
  'expires',
];

function kept(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    KEPT.flatMap((name) => (headers[name] ? [[name, headers[name].slice(0, 500)] as const] : [])),
  );
}

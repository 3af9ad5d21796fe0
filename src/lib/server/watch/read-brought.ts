import { z } from 'zod';
import { textsOf } from '#lib/i18n/texts.ts';
import { errorsOf, predicateOf } from '#lib/server/http/sentences.ts';
import { askUnderGate } from './enter-host.ts';
import type { Brought } from './import-snapshot.ts';
import { problemText, type StoredProblem } from './problem-text.ts';
import type { Source } from './sources.ts';
import type { Watcher } from './watcher.ts';
import { fileNameOf } from './store-fetched.ts';
import { withHost } from './with-host.ts';

type Sent = { bytes: Uint8Array; media_type: string; content_type: string | null; now: Date };
type Read =
  | { ok: true; brought: Omit<Brought, 'actor_id'> }
  | { ok: false; code: string; message: string; problem: StoredProblem | null };

const wrapped = z
  .object({
    url: z
      .url({ protocol: /^https?$/ })
      .max(2000)
      .optional(),
    html: z.string().min(1).optional(),
    content: z.string().min(1).optional(),
    title: z.string().trim().min(1).max(1000).optional(),
    issued_on: z.iso.date().optional(),
  })
  .refine(({ url, html, content }) => url !== undefined || html !== undefined || content !== undefined);

/** What was sent as a saved page: the bytes themselves, a form with a file, or JSON around them or their address. */
export async function readBrought(watcher: Watcher, source: Source, sent: Sent): Promise<Read> {
  const nothing = { url: null, title: null, issued_on: null, file_name: null };
  if (sent.media_type === 'multipart/form-data') return readForm(watcher, sent);
  if (sent.media_type === 'application/json' && source.kind !== 'json') {
    const value = parsed(sent.bytes);
    const read = wrapped.safeParse(value, { error: predicateOf });
    if (!read.success && isWrapper(value, source)) return notUsable(value, read.error);
    if (read.success) {
      const { url = null, html, content, title = null, issued_on = null } = read.data;
      const text = html ?? content;
      if (text === undefined) return fetchAddress(watcher, url ?? '', { title, issued_on, now: sent.now });
      const bytes = new TextEncoder().encode(text);
      const content_type = 'text/html; charset=utf-8';
      return { ok: true, brought: { ...nothing, bytes, content_type, url, title, issued_on } };
    }
  }
  return { ok: true, brought: { ...nothing, bytes: sent.bytes, content_type: sent.content_type } };
}

/** JSON around a page, and not JSON that is the page itself, as a JSON Feed is. */
function isWrapper(value: unknown, { kind }: Source): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  if (kind === 'manual' || kind === 'page') return true;
  return ['url', 'html', 'content'].some((name) => name in value) && !('items' in value);
}

function notUsable(value: object, error: z.ZodError): Read {
  if (!['url', 'html', 'content'].some((name) => name in value))
    return refused('nothing_sent', 'sources.import.nothing_sent');
  const message = errorsOf(error, 'body')
    .map((one) => one.message)
    .join(' ');
  return { ok: false, code: 'bad_fields', message, problem: null };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

async function readForm(watcher: Watcher, { bytes, content_type, now }: Sent): Promise<Read> {
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': content_type ?? '' } })
    .formData()
    .catch(() => null);
  const field = (name: string) => {
    const value = form?.get(name);
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
  };
  const about = { url: field('url'), title: field('title'), issued_on: field('issued_on') };
  const file = form?.get('file');
  const html = field('html');
  if (file instanceof File && file.size > 0)
    return {
      ok: true,
      brought: {
        ...about,
        bytes: new Uint8Array(await file.arrayBuffer()),
        content_type: file.type || null,
        file_name: file.name,
      },
    };
  if (html !== null) {
    const page = { bytes: new TextEncoder().encode(html), content_type: 'text/html; charset=utf-8' };
    return { ok: true, brought: { ...about, ...page, file_name: null } };
  }
  if (about.url !== null) return fetchAddress(watcher, about.url, { ...about, now });
  return refused('nothing_sent', 'sources.import.nothing_sent');
}

function refused(code: string, key: 'sources.import.nothing_sent' | 'sources.problem.fetch_bad_url'): Read {
  return { ok: false, code, message: textsOf('en')(key), problem: null };
}

const GATE_WAIT_MS = 15_000;

/** An address alone is asked as any other: under its host's gate and robots.txt, and no wall is got around. */
export async function fetchAddress(
  watcher: Watcher,
  url: string,
  { title, issued_on, now }: { title: string | null; issued_on: string | null; now: Date },
): Promise<Read> {
  if (!URL.canParse(url)) return refused('bad_url', 'sources.problem.fetch_bad_url');
  const { host } = new URL(url);
  const done = await withHost(watcher, host.toLowerCase(), {
    wait_ms: GATE_WAIT_MS,
    work: async (lease) => ({
      value: await askUnderGate(watcher, { url, etag: null, last_modified: null }, { lease, now }),
    }),
  });
  const asked = done?.value;
  if (asked?.kind === 'content') {
    const { bytes, content_type } = asked;
    return {
      ok: true,
      brought: { bytes, content_type, file_name: fileNameOf(asked.url), url: asked.url, title, issued_on },
    };
  }
  const problem: StoredProblem =
    asked && asked.kind !== 'unchanged' ? asked.problem : { code: 'host_busy', params: { host } };
  return { ok: false, code: problem.code, message: problemText(problem, textsOf('en')), problem };
}

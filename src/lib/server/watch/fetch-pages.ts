import type { Extraction } from '#lib/domain/watch/extracted.ts';
import { isDatabaseLost } from '#lib/server/db/lost-database.ts';
import { askAddress, type Asked } from './ask-source.ts';
import { enterHost, refusedAsFailure } from './enter-host.ts';
import type { Fetchable } from './extract/extract.ts';
import { noteEnd, releaseHost, waitsLong, type HostLease } from './hosts.ts';
import type { SourceRow } from './source-row.ts';
import { Stopped } from './stopped.ts';
import { packSnapshot } from './store-snapshot.ts';
import type { Watcher } from './watcher.ts';

export type Page = Extract<Asked, { kind: 'content' }> & { extraction: Extraction; packed: Buffer };
export type Fetched = {
  asked: Asked;
  pages: Page[];
  /** Whether further pages of a list were read whose first one was read by the check before. */
  is_continued: boolean;
  /** Further pages that come next, once the pause of their host is over. */
  later: string[];
  /** Whether what stands in a list now is something else than its notices. */
  is_rebuilt?: boolean;
  /** How a further page could not be had. */
  refused: Extract<Asked, { kind: 'failed' | 'blocked' }> | null;
};

export const UNREADABLE: Fetched = {
  asked: {
    kind: 'failed',
    problem: { code: 'unreadable', params: {} },
    retry_after_seconds: null,
    max_age_seconds: null,
  },
  pages: [],
  is_continued: false,
  later: [],
  refused: null,
};

/** Asks a source and reads what it answers, further pages of a list included; writes nothing. */
export async function fetchPages(
  watcher: Watcher,
  source: Pick<SourceRow, keyof Fetchable | 'etag' | 'last_modified' | 'later_pages' | 'health'>,
  { lease, now }: { lease: HostLease; now: Date },
): Promise<Fetched> {
  const borrowed: HostLease[] = [];
  try {
    return await fetchSource(watcher, source, { lease, now, borrowed });
  } catch (cause) {
    // One source that our own code cannot read must not keep the others from being asked.
    if (cause instanceof Stopped || isDatabaseLost(cause)) throw cause;
    watcher.app.log.error({ err: cause, url: source.url }, 'a source could not be read');
    return UNREADABLE;
  } finally {
    for (const other of borrowed) await releaseHost(watcher.query, other);
  }
}

/**
 * Some servers answer 304 for ever. Whoever is silent is asked without conditions, and everybody once in a while: at
 * an interval of an hour within about two days.
 */
const UNCONDITIONAL_SHARE = 0.02;

async function fetchSource(
  watcher: Watcher,
  source: Parameters<typeof fetchPages>[1],
  { lease, now, borrowed }: { lease: HostLease; now: Date; borrowed: HostLease[] },
): Promise<Fetched> {
  const onHop = (url: URL) => enterHost(watcher, url, lease, borrowed);
  const ask = async (url: string, is_first: boolean) => {
    try {
      const { etag, last_modified } = source;
      const is_conditional =
        is_first && source.health !== 'silent' && watcher.random() >= UNCONDITIONAL_SHARE;
      const validators = is_conditional ? { etag, last_modified } : null;
      return await askAddress(watcher, url, { validators, onHop, now });
    } finally {
      noteEnd(lease);
    }
  };
  const begun = source.later_pages ?? [];
  const is_continued = begun.length > 0;
  const pages: Page[] = [];
  const asked = await refusedAsFailure(() => ask(begun[0] ?? source.url, !is_continued));
  if (asked.kind !== 'content') {
    const refused = is_continued && asked.kind !== 'unchanged' ? asked : null;
    return { asked, pages, is_continued, later: [], refused };
  }
  pages.push(await readPage(watcher, source, asked));
  const later = is_continued ? begun.slice(1) : furtherPages(source, pages[0]?.extraction);
  for (let next = later[0]; next !== undefined && !waitsLong(lease); next = later[0]) {
    const further = await refusedAsFailure(() => ask(next, false));
    // What the first page says counts; a further one that fails is tried again when the list is read anew.
    if (further.kind !== 'content') {
      const refused = further.kind === 'unchanged' ? null : further;
      return { asked, pages, is_continued, later: [], refused };
    }
    pages.push(await readPage(watcher, source, further));
    later.shift();
  }
  return { asked, pages, is_continued, later, refused: null };
}

async function readPage(
  watcher: Watcher,
  source: Fetchable,
  asked: Extract<Asked, { kind: 'content' }>,
): Promise<Page> {
  const extraction = await watcher.reader.extract(source, asked);
  return { ...asked, extraction, packed: await packSnapshot(asked.bytes) };
}

function furtherPages(source: Fetchable, first: Extraction | undefined): string[] {
  const wanted = (source.settings.pages ?? 1) - 1;
  if (wanted < 1 || !first || first.items.length === 0) return [];
  const { page_url } = source.settings;
  const listed = page_url
    ? Array.from({ length: wanted }, (_, index) => page_url.replaceAll('{page}', String(index + 2)))
    : first.next_pages;
  return listed.slice(0, wanted);
}

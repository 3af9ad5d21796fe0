import { createHash } from 'node:crypto';
import type { Extraction, ExtractionProblem } from '#lib/domain/watch/extracted.ts';
import type { CheckOutcome } from '#lib/domain/watch/health.ts';
import { isDatabaseLost } from '#lib/server/db/lost-database.ts';
import type { FetchProblem } from '#lib/server/net/guarded-fetch.ts';
import { askAddress, type Asked } from './ask-source.ts';
import type { Fetchable } from './extract/extract.ts';
import {
  awaitGap,
  gapMs,
  hostOf,
  noteEnd,
  releaseHost,
  takeHost,
  waitsLong,
  type HostLease,
} from './hosts.ts';
import { noteFetches } from './note-fetches.ts';
import { recordCheck, type CheckResult } from './record-check.ts';
import type { UnchangedRecorder } from './record-unchanged.ts';
import { askRobots } from './robots.ts';
import type { SourceRow } from './source-row.ts';
import { Stopped } from './stopped.ts';
import { storeItems, type StoredItem } from './store-items.ts';
import { packSnapshot, storeSnapshot } from './store-snapshot.ts';
import type { Watcher } from './watcher.ts';

export type Check = {
  result: CheckResult;
  stored: StoredItem[];
  problems: ExtractionProblem[];
  /** False when another worker took the source over in the meantime: nothing was written then. */
  is_held: boolean;
};

/** A redirect to another host waits this long for that host's gate. */
const OTHER_HOST_WAIT_MS = 5_000;

type RefusalCode = 'robots' | 'robots_unreachable' | 'host_busy' | `fetch.${FetchProblem}`;

class Refused extends Error {
  readonly problem: { code: RefusalCode; params: Record<string, string> };
  constructor(code: RefusalCode, params: Record<string, string>) {
    super(code);
    this.problem = { code, params };
  }
}

/**
 * Checks one source whose host is held: asks it, reads the answer, and writes snapshot, items, health and the
 * next check in one transaction; an answer without news may be left to the recorder that writes many at once.
 * No transaction is open while anything is fetched.
 */
export async function checkSource(
  watcher: Watcher,
  source: SourceRow,
  { lease, now, unchanged }: { lease: HostLease; now: Date; unchanged?: UnchangedRecorder },
): Promise<Check> {
  const fetched = await fetchPages(watcher, source, { lease, now });
  if (unchanged && fetched.asked.kind === 'unchanged') {
    const result = { ...resultOf(source, fetched), new_items: 0 };
    const end = { result, lease_token: lease.token, now, random: watcher.random() };
    if (unchanged.take(source, end)) return { result, stored: [], problems: [], is_held: true };
  }
  try {
    return await writeCheck(watcher, source, { fetched, lease_token: lease.token, now });
  } catch (cause) {
    if (isDatabaseLost(cause)) throw cause;
    watcher.app.log.error({ err: cause, url: source.url }, 'what a source answered could not be stored');
    return writeCheck(watcher, source, { fetched: UNREADABLE, lease_token: lease.token, now });
  }
}

const UNREADABLE: Fetched = {
  asked: {
    kind: 'failed',
    problem: { code: 'unreadable', params: {} },
    retry_after_seconds: null,
    max_age_seconds: null,
  },
  pages: [],
};

/** Asks a source and reads what it answers, further pages of a list included; writes nothing. */
export async function fetchPages(
  watcher: Watcher,
  source: Pick<SourceRow, keyof Fetchable | 'etag' | 'last_modified'>,
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

/** Asks one page or file under the gate of its host, as a source is asked. */
export async function askUnderGate(
  watcher: Watcher,
  what: { url: string; etag: string | null; last_modified: string | null },
  { lease, now }: { lease: HostLease; now: Date },
): Promise<Asked> {
  const borrowed: HostLease[] = [];
  try {
    return await refusedAsFailure(() =>
      askAddress(watcher, what.url, {
        validators: what,
        onHop: (url) => enterHost(watcher, url, lease, borrowed),
        now,
      }),
    );
  } finally {
    noteEnd(lease);
    for (const other of borrowed) await releaseHost(watcher.query, other);
  }
}

type Page = Extract<Asked, { kind: 'content' }> & { extraction: Extraction; packed: Buffer };
type Fetched = { asked: Asked; pages: Page[] };

async function fetchSource(
  watcher: Watcher,
  source: Parameters<typeof fetchPages>[1],
  { lease, now, borrowed }: { lease: HostLease; now: Date; borrowed: HostLease[] },
): Promise<Fetched> {
  const onHop = (url: URL) => enterHost(watcher, url, lease, borrowed);
  const ask = async (url: string, is_first: boolean) => {
    try {
      const validators = is_first ? { etag: source.etag, last_modified: source.last_modified } : null;
      return await askAddress(watcher, url, { validators, onHop, now });
    } finally {
      noteEnd(lease);
    }
  };
  const asked = await refusedAsFailure(() => ask(source.url, true));
  if (asked.kind !== 'content') return { asked, pages: [] };
  const pages = [await readPage(watcher, source, asked)];
  for (const next of furtherPages(source, pages[0]?.extraction)) {
    if (waitsLong(lease)) break;
    const further = await refusedAsFailure(() => ask(next, false));
    // What the first page says counts; a further one that fails is tried again next time.
    if (further.kind !== 'content') break;
    pages.push(await readPage(watcher, source, further));
  }
  return { asked, pages };
}

async function refusedAsFailure(work: () => Promise<Asked>): Promise<Asked> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause;
    return { kind: 'failed', problem: cause.problem, retry_after_seconds: null, max_age_seconds: null };
  }
}

/** Waits for the gap of the host that is asked next, and for its robots.txt to allow it. */
async function enterHost(watcher: Watcher, url: URL, own: HostLease, borrowed: HostLease[]): Promise<void> {
  const host = hostOf(url);
  let lease = [own, ...borrowed].find((one) => one.host === host);
  if (!lease) {
    const taken = await takeHost(watcher.query, host, OTHER_HOST_WAIT_MS);
    if (!taken) throw new Refused('host_busy', { host });
    borrowed.push(taken);
    lease = taken;
  }
  const gate = lease;
  gate.gap_ms = Math.max(gate.gap_ms, gapMs(watcher.app, host, null));
  const verdict = await askRobots(watcher, gate, { url, pause: () => awaitGap(watcher, gate) });
  if (!verdict.is_allowed) throw new Refused(verdict.code, { host, detail: verdict.detail.slice(0, 300) });
  const gap_ms = gapMs(watcher.app, host, verdict.crawl_delay_seconds);
  // robots.txt was a request too: what it asks for counts from itself on.
  if (gap_ms > gate.gap_ms && gate.allowed_at_ms > 0) gate.allowed_at_ms += gap_ms - gate.gap_ms;
  gate.gap_ms = gap_ms;
  await awaitGap(watcher, gate);
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

async function writeCheck(
  watcher: Watcher,
  source: SourceRow,
  { fetched, lease_token, now }: { fetched: Fetched; lease_token: string; now: Date },
): Promise<Check> {
  const { pages } = fetched;
  return watcher.inTransaction(async (tx) => {
    // Whoever took the source over in the meantime writes; a check that outlived its lease does not.
    const held = await tx
      .selectFrom('source')
      .select('id')
      .where('id', '=', source.id)
      .where('lease_token', '=', lease_token)
      .forUpdate()
      .executeTakeFirst();
    const base = resultOf(source, fetched);
    if (!held) return { result: { ...base, new_items: 0 }, stored: [], problems: [], is_held: false };
    const stored: StoredItem[] = [];
    if (base.outcome === 'read')
      for (const page of pages) {
        const snapshot = await storeSnapshot(tx, {
          source_id: source.id,
          kind: 'list',
          url: page.url,
          sha256: page.sha256,
          packed: page.packed,
          byte_count: page.bytes.byteLength,
          content_type: page.content_type,
          status: page.status,
          headers: page.headers,
          text_sha256: textHash(page.extraction),
          fetched_at: now,
          captured_by: null,
        });
        const { language } = source;
        const { items } = page.extraction;
        const sighting = { source_id: source.id, snapshot_id: snapshot.id, language, seen_at: now };
        const known = await storeItems(tx, items, sighting);
        stored.push(...known);
        const followed = known.map(({ id }, index) => ({ id, url: items[index]?.url ?? null }));
        await noteFetches(tx, source, { items: followed, now });
      }
    const result = { ...base, new_items: stored.filter(({ outcome }) => outcome === 'new').length };
    const { is_held } = await recordCheck(tx, source, { result, lease_token, now, random: watcher.random() });
    return { result, stored, problems: pages.flatMap(({ extraction }) => extraction.problems), is_held };
  });
}

function resultOf(source: SourceRow, { asked, pages }: Fetched): Omit<CheckResult, 'new_items'> {
  const { retry_after_seconds, max_age_seconds } = asked;
  return { ...verdictOf(source, asked, pages), retry_after_seconds, max_age_seconds };
}

type Verdict = Pick<
  CheckResult,
  'outcome' | 'problem' | 'etag' | 'last_modified' | 'item_count' | 'ttl_minutes'
>;

function verdictOf(source: SourceRow, asked: Asked, pages: readonly Page[]): Verdict {
  const none = { etag: null, last_modified: null, item_count: null, ttl_minutes: null };
  switch (asked.kind) {
    case 'unchanged':
      return { outcome: 'unchanged', problem: null, ...none };
    case 'blocked':
    case 'failed':
      return { outcome: asked.kind, problem: asked.problem, ...none };
    case 'content': {
      const item_count = pages.reduce((sum, { extraction }) => sum + extraction.items.length, 0);
      const first = pages[0]?.extraction;
      const fatal =
        first?.items.length === 0 ? first.problems.find(({ position }) => position === null) : undefined;
      const outcome = outcomeOf(source, item_count, fatal);
      return {
        outcome,
        problem:
          outcome === 'read'
            ? null
            : {
                code: `extract.${fatal?.code ?? 'no_items'}`,
                params: fatal?.found ? { found: fatal.found } : {},
              },
        etag: asked.headers.etag ?? null,
        last_modified: asked.headers['last-modified'] ?? null,
        item_count,
        ttl_minutes: first?.ttl_minutes ?? null,
      };
    }
    default:
      return asked satisfies never;
  }
}

/** What was wrong is the answer's size or shape and not the place of its items. */
const ENDED_READER = new Set<ExtractionProblem['code']>(['too_large', 'too_slow', 'too_deep', 'crashed']);

/** A list that yields nothing is another layout where it had items; a filter that keeps nothing is not. */
function outcomeOf(
  source: SourceRow,
  item_count: number,
  fatal: ExtractionProblem | undefined,
): CheckOutcome {
  if (item_count > 0) return 'read';
  if (fatal && ENDED_READER.has(fatal.code)) return 'failed';
  if (fatal?.code === 'mojibake' || fatal?.code === 'feed' || fatal?.code === 'not_json') return 'empty';
  const is_filtered = source.settings.filter !== undefined || source.settings.only !== undefined;
  if (is_filtered && !fatal) return 'read';
  return 'empty';
}

/** Of what was read out of a page: view counters and tokens around it are no change. */
function textHash({ items }: Extraction): string {
  return createHash('sha256')
    .update(JSON.stringify(items.map(({ title, url, issued_on, text }) => [title, url, issued_on, text])))
    .digest('hex');
}

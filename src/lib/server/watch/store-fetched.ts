import { sql } from 'kysely';
import { nextVisitAt } from '#lib/domain/watch/next-visit.ts';
import { EXTRACTOR_VERSION } from '#lib/domain/watch/extracted.ts';
import type { Refusal } from '#lib/domain/documents/problem.ts';
import { storeDocument } from '#lib/server/documents/store.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { assembleItem } from './assemble-item.ts';
import { charsetOf, type Asked } from './ask-source.ts';
import type { Detail } from './extract/detail.ts';
import type { DueFetch } from './fetch-details.ts';
import { isMarkup, isPageInstead } from './is-markup.ts';
import { identifyByNumber } from './merge-items.ts';
import { noteNextSighting } from './note-fetches.ts';
import { storedProblem, type StoredProblem } from './problem-text.ts';
import { packSnapshot, snapshotOf, storeSnapshot } from './store-snapshot.ts';
import type { StoredItem } from './store-items.ts';
import type { Watcher } from './watcher.ts';

type Content = Extract<Asked, { kind: 'content' }>;
type Under = { lease_token: string; now: Date };

/** Writes what a page or file gave: its bytes, its text, what is attached to it, and when it is seen again. */
export async function storeFetched(
  watcher: Watcher,
  due: DueFetch,
  { asked, ...under }: Under & { asked: Content | Extract<Asked, { kind: 'unchanged' }> },
): Promise<StoredItem[]> {
  if (asked.kind === 'unchanged' || asked.sha256 === due.sha256) {
    await watcher.asOperator((tx) => settle(tx, watcher, due, under, {}));
    return [];
  }
  const is_page = due.kind === 'page' && isMarkup(asked);
  return is_page
    ? storePage(watcher, due, { asked, ...under })
    : storeFile(watcher, due, { asked, ...under });
}

const NOTHING_READ: StoredProblem = { code: 'no_items', params: {} };

async function storePage(
  watcher: Watcher,
  due: DueFetch,
  { asked, lease_token, now }: Under & { asked: Content },
): Promise<StoredItem[]> {
  const read = await readPage(watcher, due, asked);
  if (!read.ok || read.detail.text === '')
    return failed(watcher, due, { lease_token, now }, read.ok ? NOTHING_READ : storedProblem(read.problem));
  const { detail } = read;
  const is_technical = await saidBefore(watcher, due, { url: asked.url, text: detail.text });
  const packed = await packSnapshot(asked.bytes);
  return watcher.asOperator(async (tx) => {
    const { id: snapshot_id } = await storeSnapshot(tx, {
      source_id: due.source_id,
      kind: 'detail',
      url: asked.url,
      sha256: asked.sha256,
      packed,
      byte_count: asked.bytes.byteLength,
      content_type: asked.content_type,
      status: asked.status,
      headers: asked.headers,
      text_sha256: null,
      fetched_at: now,
      captured_by: null,
    });
    const is_held = await settle(
      tx,
      watcher,
      due,
      { lease_token, now },
      {
        sha256: asked.sha256,
        etag: asked.headers.etag ?? null,
        last_modified: asked.headers['last-modified'] ?? null,
        snapshot_id,
        text: detail.text,
        extractor_version: EXTRACTOR_VERSION,
      },
    );
    if (!is_held) return [];
    const is_first = due.ok_at === null;
    return [await storeDetail(tx, due, { detail, snapshot_id, now, is_first, is_technical })];
  });
}

function readPage(
  watcher: Watcher,
  due: DueFetch,
  { bytes, url, charset }: Pick<Content, 'bytes' | 'url' | 'charset'>,
): ReturnType<Watcher['reader']['readPage']> {
  return watcher.reader.readPage({
    bytes,
    address: url,
    site: url,
    override: due.charset,
    header: charset,
    body_selector: due.settings.selectors?.detail_body ?? null,
  });
}

/** Whether the page said the same before and only older code read it otherwise. */
async function saidBefore(
  watcher: Watcher,
  due: DueFetch,
  { url, text }: { url: string; text: string },
): Promise<boolean> {
  const { snapshot_id } = due;
  if (snapshot_id === null || due.extractor_version >= EXTRACTOR_VERSION) return false;
  const before = await watcher.asOperator((tx) => snapshotOf(tx, snapshot_id));
  if (!before) return false;
  const { bytes, content_type } = before;
  const read = await readPage(watcher, due, { bytes, url, charset: charsetOf(content_type) });
  return read.ok && read.detail.text === text;
}

/** What the page of an item says beside its text: its number, its days and what is attached. */
export async function storeDetail(
  tx: Tx,
  about: { item_id: string; source_id: string },
  {
    detail,
    snapshot_id,
    now,
    is_first,
    is_technical = false,
  }: { detail: Detail; snapshot_id: string; now: Date; is_first: boolean; is_technical?: boolean },
): Promise<StoredItem> {
  const { item_id, source_id } = about;
  await sql`
    update item set detail_state = 'fetched', issued_on = coalesce(issued_on, ${detail.issued_on}::date),
      effective_on = coalesce(${detail.effective_on}::date, effective_on)
    where id = ${item_id}`.execute(tx);
  for (const { url, title } of detail.attachments)
    await sql`
      with kept as (
        insert into item_document (item_id, url, title, state, seen_at)
        values (${item_id}, ${url.slice(0, 2000)}, ${title || null}, 'pending', ${now})
        on conflict (item_id, url) do update set title = coalesce(excluded.title, item_document.title)
      )
      insert into item_fetch (item_id, url, source_id, kind, title, next_check_at, first_seen_at)
      values (${item_id}, ${url.slice(0, 2000)}, ${source_id}, 'file', ${title || null}, ${now}, ${now})
      on conflict do nothing`.execute(tx);
  const known_as = await identifyByNumber(tx, item_id, detail.number_row);
  if (known_as !== item_id) return { id: known_as, outcome: 'seen', revision_no: 0 };
  return assembleItem(tx, item_id, { snapshot_id, now, is_first, is_technical });
}

async function storeFile(
  watcher: Watcher,
  due: DueFetch,
  { asked, lease_token, now }: Under & { asked: Content },
): Promise<StoredItem[]> {
  if (isPageInstead(due.url, asked)) return failedFile(watcher, due, { lease_token, now }, 'page');
  const stored = await storeDocument(
    { db: watcher.app.firm_pool.db },
    {
      firm_id: null,
      actor_id: null,
      file_name: fileNameOf(asked.url),
      declared_media_type: asked.content_type?.split(';')[0]?.trim() ?? null,
      bytes: asked.bytes,
      takes_archives: true,
    },
  );
  if (!stored.ok) return failedFile(watcher, due, { lease_token, now }, refusedAs(stored.problem));
  const document_id = stored.document.id;
  await watcher.asOperator(async (tx) => {
    const is_held = await settle(
      tx,
      watcher,
      due,
      { lease_token, now },
      {
        sha256: asked.sha256,
        etag: asked.headers.etag ?? null,
        last_modified: asked.headers['last-modified'] ?? null,
        document_id,
      },
    );
    if (is_held) await noteFile(tx, due, { document_id, problem: null, now });
  });
  return [];
}

async function failedFile(
  watcher: Watcher,
  due: DueFetch,
  under: Under,
  found: string,
): Promise<StoredItem[]> {
  await watcher.asOperator((tx) => noteFile(tx, due, { document_id: null, problem: found, now: under.now }));
  return failed(watcher, due, under, { code: 'file', params: { found } });
}

/** Archives of other kinds than ZIP are told apart, because something can be done about them. */
function refusedAs({ code, found }: Refusal): string {
  return code === 'unsupported' && /rar|7z/.test(found ?? '') ? 'packed' : code;
}

async function noteFile(
  tx: Tx,
  { item_id, url, title }: DueFetch,
  { document_id, problem, now }: { document_id: string | null; problem: string | null; now: Date },
): Promise<void> {
  const state = document_id === null ? 'failed' : 'stored';
  await sql`
    insert into item_document (item_id, url, title, document_id, state, problem, seen_at)
    values (${item_id}, ${url}, ${title}, ${document_id}, ${state}, ${problem}, ${now})
    on conflict (item_id, url) do update
      set document_id = coalesce(excluded.document_id, item_document.document_id), state = excluded.state,
          problem = excluded.problem, seen_at = excluded.seen_at`.execute(tx);
}

/** The last part of an address, as a person reads it. */
export function fileNameOf(url: string): string | null {
  const name = new URL(url).pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(name) || null;
  } catch {
    return name || null;
  }
}

async function failed(
  watcher: Watcher,
  due: DueFetch,
  under: Under,
  problem: StoredProblem,
): Promise<StoredItem[]> {
  await storeFailure(watcher, due, { asked: { problem, retry_after_seconds: null }, ...under });
  return [];
}

/**
 * Notes that a page or file could not be had; what was had before stays, and it is asked again. What another
 * site shows of an item of which nothing was had yet is asked at once.
 */
export async function storeFailure(
  watcher: Watcher,
  due: DueFetch,
  {
    asked,
    lease_token,
    now,
  }: Under & { asked: { problem: StoredProblem; retry_after_seconds: number | null } },
): Promise<void> {
  const failures = Math.min(due.failures + 1, FAILURES_COUNTED_MAX);
  const { first_seen_at } = due;
  const { retry_after_seconds } = asked;
  await watcher.asOperator(async (tx) => {
    await sql`
      update item_fetch
      set failures = ${failures}, problem = ${JSON.stringify(asked.problem)}::jsonb, attempted_at = ${now},
          lease_token = null,
          next_check_at = ${nextVisitAt({ first_seen_at, failures, retry_after_seconds }, now, watcher.random())}
      where item_id = ${due.item_id} and url = ${due.url} and lease_token = ${lease_token}`.execute(tx);
    const is_elsewhere = due.ok_at === null && (await noteNextSighting(tx, due.item_id, now));
    if (due.kind === 'page' && due.ok_at === null && !is_elsewhere)
      await sql`update item set detail_state = 'failed' where id = ${due.item_id} and detail_state = 'pending'`.execute(
        tx,
      );
  });
}

const FAILURES_COUNTED_MAX = 1_000;

type Kept = {
  sha256?: string;
  etag?: string | null;
  last_modified?: string | null;
  snapshot_id?: string;
  text?: string;
  extractor_version?: number;
  document_id?: string;
};

/** Ends a visit that succeeded, under its lease; false when another worker has taken it over. */
async function settle(
  tx: Tx,
  watcher: Watcher,
  due: DueFetch,
  { lease_token, now }: Under,
  kept: Kept,
): Promise<boolean> {
  const visit = { first_seen_at: due.first_seen_at, failures: 0, retry_after_seconds: null };
  const { numUpdatedRows } = await tx
    .updateTable('item_fetch')
    .set({
      ...kept,
      failures: 0,
      problem: null,
      attempted_at: now,
      ok_at: now,
      lease_token: null,
      next_check_at: nextVisitAt(visit, now, watcher.random()),
    })
    .where('item_id', '=', due.item_id)
    .where('url', '=', due.url)
    .where('lease_token', '=', lease_token)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

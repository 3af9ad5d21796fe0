import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Extracted, ExtractionProblem } from '#lib/domain/watch/extracted.ts';
import { isSilentAt } from '#lib/domain/watch/health.ts';
import { extractNow } from '#lib/server/documents/extract.ts';
import { storeDocument } from '#lib/server/documents/store.ts';
import { isMediaType } from '#lib/domain/documents/media-type.ts';
import type { Refusal } from '#lib/domain/documents/problem.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { charsetOf } from './ask-source.ts';
import type { Detail } from './extract/detail.ts';
import { isMhtml } from './extract/mhtml.ts';
import { noteCoverage, noteHealth } from './record-check.ts';
import type { Source } from './sources.ts';
import { storeDetail } from './store-fetched.ts';
import { storeItems, type StoredItem } from './store-items.ts';
import { packSnapshot, storeSnapshot } from './store-snapshot.ts';
import type { Watcher } from './watcher.ts';

/** A page or file that a person saved, with what they know of where it came from. */
export type Brought = {
  bytes: Uint8Array;
  content_type: string | null;
  file_name: string | null;
  /** The address that it was saved from; a page that says so itself needs none. */
  url: string | null;
  /** What to call it where it does not say. */
  title: string | null;
  issued_on: string | null;
  actor_id: string;
};

export type Imported = {
  ok: true;
  snapshot_id: string;
  is_new: boolean;
  stored: StoredItem[];
  items: Extracted[];
  problems: ExtractionProblem[];
};
export type ImportRefusal = {
  ok: false;
  problem: Refusal | ExtractionProblem | { code: 'nothing_found'; found: null };
};

/**
 * Takes in what a person saved of a source that no program may read: a list is read by the source's own settings,
 * a page or file becomes one item. It continues the history of the source as if it had been fetched.
 */
export async function importSnapshot(
  watcher: Watcher,
  source: Source,
  { brought, now }: { brought: Brought; now: Date },
): Promise<Imported | ImportRefusal> {
  const read = isMarkup(brought)
    ? await readMarkup(watcher, source, brought)
    : await readFile(watcher, brought);
  if (!read.ok) return read;
  const packed = await packSnapshot(brought.bytes);
  return watcher.asOperator(async (tx) => {
    const snapshot = await storeSnapshot(tx, {
      source_id: source.id,
      kind: 'manual',
      url: read.url ?? source.url,
      sha256: createHash('sha256').update(brought.bytes).digest('hex'),
      packed,
      byte_count: brought.bytes.byteLength,
      content_type: brought.content_type,
      status: null,
      headers: {},
      text_sha256: null,
      fetched_at: now,
      captured_by: brought.actor_id,
    });
    const sighting = {
      source_id: source.id,
      snapshot_id: snapshot.id,
      language: source.language,
      seen_at: now,
    };
    const stored = await storeItems(tx, read.items, sighting);
    const settled = read.detail
      ? await completeItem(tx, source, { read, stored, snapshot_id: snapshot.id, now })
      : stored;
    if (read.document_id) await attachDocument(tx, stored, { ...read, document_id: read.document_id, now });
    await noteImport(tx, source, { has_new: settled.some(({ outcome }) => outcome === 'new'), now });
    return {
      ok: true,
      snapshot_id: snapshot.id,
      is_new: snapshot.is_new,
      stored: settled,
      items: read.items,
      problems: read.problems,
    };
  });
}

type Read = {
  ok: true;
  url: string | null;
  items: Extracted[];
  problems: ExtractionProblem[];
  detail: Detail | null;
  document_id: string | null;
};

function isMarkup({ bytes, content_type }: Brought): boolean {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 1_024)).trimStart();
  if (/^(%PDF|PK\x03\x04|\xd0\xcf\x11\xe0|\x89PNG|\xff\xd8)/.test(head)) return false;
  return (
    isMhtml(bytes) ||
    /^(text\/|application\/(xhtml|xml|rss|atom|json|feed))/i.test(content_type ?? '') ||
    /^(\ufeff|\xef\xbb\xbf)?[<[{]/.test(head)
  );
}

/** A list where the source's settings find items in it, else a page. */
async function readMarkup(watcher: Watcher, source: Source, brought: Brought): Promise<Read | ImportRefusal> {
  const header = charsetOf(brought.content_type);
  const read = await watcher.reader.readPage({
    bytes: brought.bytes,
    address: brought.url,
    site: source.url,
    override: source.charset,
    header,
    body_selector: source.settings.selectors?.detail_body ?? null,
  });
  if (!read.ok) return { ok: false, problem: read.problem };
  const { detail, title, address: url } = read;
  const nothing = { ok: true as const, url, detail: null, document_id: null };
  if (source.kind !== 'page' && source.kind !== 'manual') {
    const address = url ?? source.url;
    const { items, problems } = await watcher.reader.extract(
      { ...source, url: address },
      { bytes: brought.bytes, url: address, charset: header },
    );
    if (items.length > 0) return { ...nothing, items, problems };
  }
  if (detail.text === '') return { ok: false, problem: { code: 'nothing_found', found: null } };
  const item: Extracted = {
    title: (brought.title ?? detail.title ?? title ?? source.name).slice(0, 1000),
    url: source.kind === 'page' ? source.url : url,
    number_row: detail.number_row,
    issued_on: brought.issued_on ?? detail.issued_on,
    effective_on: detail.effective_on,
    published_at: null,
    text: detail.text,
  };
  return { ...nothing, items: [item], problems: [], detail };
}

async function readFile(watcher: Watcher, brought: Brought): Promise<Read | ImportRefusal> {
  const stored = await storeDocument(
    { db: watcher.app.firm_pool.db },
    {
      firm_id: null,
      actor_id: brought.actor_id,
      file_name: brought.file_name,
      declared_media_type: brought.content_type,
      bytes: brought.bytes,
      takes_archives: true,
    },
  );
  if (!stored.ok) return stored;
  const { document } = stored;
  if (!isMediaType(document.media_type)) throw new Error(`no reader reads ${document.media_type}`);
  const extraction = await extractNow(brought.bytes, document.media_type);
  const item: Extracted = {
    title: (brought.title ?? document.file_name_given ?? document.file_name).slice(0, 1000),
    url: brought.url,
    number_row: null,
    issued_on: brought.issued_on,
    effective_on: null,
    published_at: null,
    text: extraction.state === 'extracted' ? extraction.text : '',
  };
  return { ok: true, url: brought.url, items: [item], problems: [], detail: null, document_id: document.id };
}

/** A page that was saved is the page of its item, as if it had been fetched; its files can be fetched by themselves. */
async function completeItem(
  tx: Tx,
  source: Source,
  { read, stored, snapshot_id, now }: { read: Read; stored: StoredItem[]; snapshot_id: string; now: Date },
): Promise<StoredItem[]> {
  const [item] = stored;
  const { detail, url } = read;
  if (!item || !detail || url === null || source.kind === 'page') return stored;
  const { rows } = await sql<{ is_first: boolean }>`
    insert into item_fetch as f (item_id, url, source_id, kind, snapshot_id, text, first_seen_at, ok_at)
    values (${item.id}, ${url}, ${source.id}, 'page', ${snapshot_id}, ${detail.text}, ${now}, ${now})
    on conflict (item_id, url) do update
      set text = excluded.text, snapshot_id = excluded.snapshot_id, ok_at = excluded.ok_at, failures = 0, problem = null
    returning f.first_seen_at = ${now} as is_first`.execute(tx);
  const completed = await storeDetail(
    tx,
    { item_id: item.id, source_id: source.id },
    { detail, snapshot_id, now, is_first: rows[0]?.is_first ?? true },
  );
  return item.outcome === 'new' ? stored : [completed];
}

async function attachDocument(
  tx: Tx,
  stored: readonly StoredItem[],
  { document_id, url, now }: { document_id: string; url: string | null; now: Date },
): Promise<void> {
  const [item] = stored;
  if (!item) return;
  await sql`
    insert into item_document (item_id, url, document_id, state, seen_at)
    values (${item.id}, ${url ?? `document:${document_id}`}, ${document_id}, 'stored', ${now})
    on conflict (item_id, url) do update set document_id = excluded.document_id, state = 'stored', seen_at = ${now}`.execute(
    tx,
  );
}

/** A manual source lives by what is brought; of one behind a wall the wall stays what it is. */
async function noteImport(
  tx: Tx,
  source: Source,
  { has_new, now }: { has_new: boolean; now: Date },
): Promise<void> {
  await noteCoverage(tx, source.id, 'imported', { now, is_late: false });
  const last_new_item_at = has_new ? now : source.last_new_item_at;
  const { expected_update_days } = source;
  const quiet_since = last_new_item_at ?? source.created_at;
  const is_by_hand = source.kind === 'manual' && source.is_enabled;
  const health = !is_by_hand
    ? source.health
    : isSilentAt({ quiet_since, expected_update_days }, now)
      ? 'silent'
      : 'healthy';
  const is_other = health !== source.health;
  await tx
    .updateTable('source')
    .set({ last_new_item_at, last_ok_at: now, health, ...(is_other ? { health_since: now } : {}) })
    .where('id', '=', source.id)
    .execute();
  if (is_other) await noteHealth(tx, source, { health, problem: null, now });
}

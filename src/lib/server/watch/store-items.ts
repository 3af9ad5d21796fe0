import { createHash } from 'node:crypto';
import { sql, type RawBuilder } from 'kysely';
import { EXTRACTOR_VERSION, type Extracted } from '#lib/domain/watch/extracted.ts';
import { searchTokens } from '#lib/domain/text/search-text.ts';
import { isSameTitle } from '#lib/domain/watch/identity.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { itemSearchTokens } from './item-search.ts';
import { baseKey, indexKnown, keyedItems, type Known } from './known-items.ts';
import { matchItems } from './matching/match-items.ts';
import { noteSightings } from './note-sightings.ts';

export type Sighting = {
  source_id: string;
  snapshot_id: string | null;
  language: string;
  seen_at: Date;
  /** Re-reading what is stored with better code: corrects silently, announces nothing. */
  is_technical?: boolean;
};
export type StoredItem = {
  id: string;
  /** `completed`: the text of its page or of a file is there for the first time, and nothing else was said before. */
  outcome: 'new' | 'changed' | 'completed' | 'seen' | 'upgraded';
  revision_no: number;
};

/**
 * Stores what a source announced. An item is known by its document number, else by its address; what another
 * source announced before is the same item with one more sighting. A changed text is a revision; the same
 * text at another moment is none. Answers what became of each, in the order given; of what is read again by better
 * code, of each that was known.
 */
export async function storeItems(
  tx: Tx,
  extracted: readonly Extracted[],
  sighting: Sighting,
): Promise<StoredItem[]> {
  const keyed = keyedItems(extracted);
  const known = indexKnown(
    await knownItems(
      tx,
      keyed.map(({ item, key }) => ({ key, url: item.url })),
    ),
  );
  // What better code finds for the first time is news when the source says it again.
  const told = sighting.is_technical ? keyed.filter((one) => known.match(one)) : keyed;
  const stored: StoredItem[] = [];
  for (const one of told) {
    const { item, key, document_no } = one;
    const found = known.match(one);
    const identity = known.freeKey(one);
    const result = found
      ? await storeKnown(tx, { found, item, document_no, key }, sighting)
      : await insertNew(tx, { item, key: identity, document_no }, sighting);
    if (result.outcome === 'new')
      known.add({
        id: result.id,
        identity,
        title: item.title,
        document_no,
        text_sha256: hashOf(item),
        revision_no: 1,
        issued_on: item.issued_on,
        effective_on: item.effective_on,
        published_at: item.published_at,
        has_detail: false,
        sightings:
          item.url === null ? [] : [{ source_id: sighting.source_id, url: item.url, title: item.title }],
      });
    stored.push(result);
  }
  await noteSightings(
    tx,
    stored.map(({ id }, index) => ({ item_id: id, item: told[index]?.item })),
    sighting,
  );
  await matchItems(
    tx,
    stored.flatMap(({ id, outcome }) => (outcome === 'new' || outcome === 'changed' ? [id] : [])),
  );
  return stored;
}

/** The text by which a change is judged: blanks do not count. */
function hashOf({ title, text }: Pick<Extracted, 'title' | 'text'>): string {
  return createHash('sha256')
    .update(`${title}\n${text ?? ''}`.replace(/\s+/g, ' ').trim())
    .digest('hex');
}

async function knownItems(tx: Tx, wanted: readonly { key: string; url: string | null }[]): Promise<Known[]> {
  const keys = wanted.map(({ key }) => key);
  const urls = wanted.flatMap(({ url }) => (url === null ? [] : [url]));
  const { rows } = await sql<Known>`
    select i.id, i.identity, i.title, i.document_no, i.text_sha256, i.revision_no, i.issued_on::text,
           i.effective_on::text, i.published_at,
           i.detail_state = 'fetched' as has_detail,
           coalesce((select jsonb_agg(jsonb_build_object('source_id', s.source_id, 'url', s.url, 'title', s.title))
                     from item_sighting s where s.item_id = i.id), '[]') as sightings
    from item i
    where i.merged_into is null and i.id in (
      select id from item where split_part(identity, '#day:', 1) = any(${keys}::text[])
      union select item_id from item_sighting where url = any(${urls}::text[])
    )
    order by i.first_seen_at, i.id`.execute(tx);
  return rows;
}

async function insertNew(
  tx: Tx,
  { item, key, document_no }: { item: Extracted; key: string; document_no: string | null },
  { language, seen_at, snapshot_id }: Sighting,
): Promise<StoredItem> {
  const text_sha256 = hashOf(item);
  const text = item.text ?? '';
  const { rows } = await sql<{ id: string }>`
    with added as (
      insert into item (identity, title, url, document_no, issued_on, effective_on, published_at, language, text, text_sha256,
                        extractor_version, first_seen_at, changed_at, matched_revision_no, search)
      values (${key}, ${item.title}, ${item.url}, ${document_no}, ${item.issued_on}, ${item.effective_on}, ${item.published_at},
              ${language}, ${text}, ${text_sha256}, ${EXTRACTOR_VERSION}, ${seen_at}, ${seen_at}, 1,
              array_to_tsvector(${indexTokens({ title: item.title, document_no, text })}::text[]))
      on conflict (identity) do nothing
      returning id, revision_no, title, text, text_sha256
    )
    ${revisionOf(sql`added`, { snapshot_id, seen_at })}`.execute(tx);
  const [row] = rows;
  if (!row) return sameMoment(tx, key);
  return { id: row.id, outcome: 'new', revision_no: 1 };
}

/** Another process announced it in this moment. */
async function sameMoment(tx: Tx, key: string): Promise<StoredItem> {
  const found = await tx
    .selectFrom('item')
    .select(['id', 'revision_no'])
    .where('identity', '=', key)
    .executeTakeFirstOrThrow();
  return { ...found, outcome: 'seen' };
}

async function storeKnown(
  tx: Tx,
  {
    found,
    item,
    document_no,
    key,
  }: { found: Known; item: Extracted; document_no: string | null; key: string },
  { source_id, seen_at, snapshot_id, is_technical = false }: Sighting,
): Promise<StoredItem> {
  const text_sha256 = hashOf(item);
  // A list that has no text, or another site's shorter one, says nothing about the text that is known.
  const says_text = item.text !== null && !found.has_detail;
  const is_own = key.startsWith('url:') ? found.identity.startsWith('url:') : baseKey(found.identity) === key;
  const is_changed = says_text && text_sha256 !== found.text_sha256 && is_own;
  const tells_more = (['issued_on', 'effective_on', 'published_at'] as const).some(
    (name) => found[name] === null && item[name] !== null,
  );
  if (tells_more || (found.document_no === null && document_no !== null))
    await sql`
    update item set
      issued_on = coalesce(issued_on, ${item.issued_on}::date), effective_on = coalesce(effective_on, ${item.effective_on}::date),
      document_no = coalesce(document_no, ${document_no}),
      search = case when document_no is null and ${document_no}::text is not null
        then search || array_to_tsvector(${searchTokens(document_no ?? '')}::text[]) else search end,
      published_at = coalesce(published_at, ${item.published_at}::timestamptz)
    where id = ${found.id}
      and ((issued_on is null and ${item.issued_on}::date is not null)
        or (effective_on is null and ${item.effective_on}::date is not null)
        or (document_no is null and ${document_no}::text is not null)
        or (published_at is null and ${item.published_at}::timestamptz is not null))`.execute(tx);
  const next = is_changed
    ? { title: item.title, text: item.text ?? '' }
    : isRetitled(found, item, source_id)
      ? { title: item.title, text: await textOf(tx, found.id) }
      : null;
  if (!next) return { id: found.id, outcome: 'seen', revision_no: found.revision_no };
  const revised = await reviseItem(
    tx,
    { ...found, document_no: found.document_no ?? document_no, next },
    { snapshot_id, seen_at, change: is_technical ? 'upgraded' : 'changed' },
  );
  found.text_sha256 = hashOf(next);
  found.title = next.title;
  found.revision_no = revised.revision_no;
  return revised;
}

/** The title of an item is that of where it was seen first: when the same place gives it another, it has another. */
function isRetitled(found: Known, item: Extracted, source_id: string): boolean {
  const before = found.sightings.find((seen) => seen.source_id === source_id && seen.url === item.url);
  return before !== undefined && before.title === found.title && !isSameTitle(before.title, item.title);
}

async function textOf(tx: Tx, id: string): Promise<string> {
  const { text } = await tx.selectFrom('item').select('text').where('id', '=', id).executeTakeFirstOrThrow();
  return text;
}

/**
 * Gives an item another text as its next revision; the same text is none. Only what a source changed moves the
 * day of its change. The revision counts as matched: whoever makes one that is news matches it at once.
 */
export async function reviseItem(
  tx: Tx,
  item: {
    id: string;
    document_no: string | null;
    text_sha256: string;
    revision_no: number;
    next: { title: string; text: string };
  },
  by: { snapshot_id: string | null; seen_at: Date; change: 'changed' | 'completed' | 'upgraded' },
): Promise<StoredItem> {
  const { id, next } = item;
  const text_sha256 = hashOf(next);
  if (text_sha256 === item.text_sha256) return { id, outcome: 'seen', revision_no: item.revision_no };
  const revision_no = item.revision_no + 1;
  await sql`
    with revised as (
      update item set title = ${next.title}, text = ${next.text}, text_sha256 = ${text_sha256},
        revision_no = ${revision_no}, matched_revision_no = ${revision_no}, extractor_version = ${EXTRACTOR_VERSION},
        search = array_to_tsvector(${indexTokens({ ...next, document_no: item.document_no })}::text[]),
        changed_at = ${by.change === 'changed' ? sql`${by.seen_at}` : sql`changed_at`}
      where id = ${id} returning id, revision_no, title, text, text_sha256
    )
    ${revisionOf(sql`revised`, by)}`.execute(tx);
  return { id, outcome: by.change, revision_no };
}

/** PostgreSQL keeps at most 1 MB of words of one text; the first ones of a very long text are found. */
const INDEX_BYTES_MAX = 900_000;

function indexTokens(item: { title: string; document_no: string | null; text: string }): string[] {
  let bytes = 0;
  return itemSearchTokens(item).filter((token) => {
    bytes += Buffer.byteLength(token) + 2;
    return bytes < INDEX_BYTES_MAX;
  });
}

/** The statement that keeps the text of an item as it stands in `written`, as one of its revisions. */
function revisionOf(
  written: RawBuilder<unknown>,
  { snapshot_id, seen_at }: Pick<Sighting, 'snapshot_id' | 'seen_at'>,
): RawBuilder<{ id: string }> {
  return sql`
    insert into item_revision (item_id, revision_no, title, text, text_sha256, snapshot_id, seen_at)
    select id, revision_no, title, text, text_sha256, ${snapshot_id}, ${seen_at} from ${written}
    returning item_id as id`;
}

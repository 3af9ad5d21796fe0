import { sql } from 'kysely';
import { EXTRACTOR_VERSION, type Extracted } from '#lib/domain/watch/extracted.ts';
import { searchTokens } from '#lib/domain/text/search-text.ts';
import { isSameTitle } from '#lib/domain/watch/identity.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { baseKey, indexKnown, keyedItems, type Keyed, type Known } from './known-items.ts';
import { listsApart } from './lists-apart.ts';
import { matchItems } from './matching/match-items.ts';
import { noteSightings, type Seen } from './note-sightings.ts';
import { createRevisions, hashOf, textHashOf, indexTokens, type Revisions } from './revise-items.ts';

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

/** What one source announced at once. */
export type Announced = { items: readonly Extracted[]; sighting: Sighting };

/** Stores what one source announced; of what is read again by better code, answers each that was known. */
export async function storeItems(
  tx: Tx,
  items: readonly Extracted[],
  sighting: Sighting,
): Promise<StoredItem[]> {
  const [stored = []] = await storeAnnounced(tx, [{ items, sighting }]);
  return stored;
}

type List = { keyed: Keyed[]; sighting: Sighting; stored: StoredItem[] };

/**
 * Stores what sources announced. An item is known by its document number, else by its address; what another
 * source announced before is the same item with one more sighting. A changed text is a revision; the same
 * text at another moment is none. Answers what became of each, in the order given.
 */
export async function storeAnnounced(tx: Tx, announced: readonly Announced[]): Promise<StoredItem[][]> {
  const lists = announced.map(({ items, sighting }): List => ({
    keyed: keyedItems(items),
    sighting,
    stored: [],
  }));
  for (let rest = lists; rest.length > 0;) {
    const { apart, later } = await listsApart(tx, rest);
    const revisions = createRevisions(tx);
    const seen: Seen[] = [];
    for (const { list, known } of apart) seen.push(...(await storeList(tx, list, { known, revisions })));
    await revisions.write();
    await noteSightings(tx, seen);
    rest = later;
  }
  const stored = lists.map((list) => list.stored);
  await matchItems(
    tx,
    stored.flat().flatMap(({ id, outcome }) => (MATCHED.has(outcome) ? [id] : [])),
  );
  return stored;
}

const MATCHED = new Set<StoredItem['outcome']>(['new', 'changed', 'completed']);

async function storeList(
  tx: Tx,
  { keyed, sighting, stored }: List,
  { known: items, revisions }: { known: readonly Known[]; revisions: Revisions },
): Promise<Seen[]> {
  const known = indexKnown(items);
  // What better code finds for the first time is news when the source says it again.
  const told = sighting.is_technical ? keyed.filter((one) => known.match(one)) : keyed;
  const seen: Seen[] = [];
  for (const one of told) {
    const { item, key, document_no } = one;
    const found = known.match(one);
    const identity = known.freeKey(one);
    const result = found
      ? await storeKnown(tx, { found, item, document_no, key }, { revisions, sighting })
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
          item.url === null
            ? []
            : [
                {
                  source_id: sighting.source_id,
                  url: item.url,
                  title: item.title,
                  text_sha256: textHashOf(item.text),
                },
              ],
      });
    stored.push(result);
    const { source_id, snapshot_id, seen_at } = sighting;
    seen.push({ source_id, snapshot_id, seen_at, item_id: result.id, item });
  }
  return seen;
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
    insert into item_revision (item_id, revision_no, title, text, text_sha256, snapshot_id, seen_at)
    select id, revision_no, title, text, text_sha256, ${snapshot_id}, ${seen_at} from added
    returning item_id as id`.execute(tx);
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
  { found, item, document_no, key }: Pick<Keyed, 'item' | 'document_no' | 'key'> & { found: Known },
  { revisions, sighting }: { revisions: Revisions; sighting: Sighting },
): Promise<StoredItem> {
  const { source_id, seen_at, snapshot_id, is_technical = false } = sighting;
  // A list that has no text says nothing about the text that is known, and the page of the item says more.
  const says_text = item.text !== null && !found.has_detail;
  const is_own = key.startsWith('url:') ? found.identity.startsWith('url:') : baseKey(found.identity) === key;
  const said = says_text && is_own ? await newlySaid(tx, { found, item, source_id }, revisions) : null;
  const tells_more = (['issued_on', 'effective_on', 'published_at'] as const).some(
    (name) => found[name] === null && item[name] !== null,
  );
  if (tells_more || (found.document_no === null && document_no !== null)) {
    await revisions.write();
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
  }
  const next = said
    ? { title: said === 'changed' ? item.title : found.title, text: item.text ?? '' }
    : isRetitled(found, item, source_id)
      ? { title: item.title, text: await textOf(tx, found.id, revisions) }
      : null;
  if (!next) return { id: found.id, outcome: 'seen', revision_no: found.revision_no };
  const revised = await revisions.add(
    { ...found, document_no: found.document_no ?? document_no, next },
    { snapshot_id, seen_at, change: is_technical ? 'upgraded' : (said ?? 'changed') },
  );
  found.text_sha256 = hashOf(next);
  found.title = next.title;
  found.revision_no = revised.revision_no;
  return revised;
}

/**
 * What the text of a source does to that of an item which several carry, one in full and one in two lines: an edit
 * is what differs from what the same source said before, and a text that is longer than what was known completes it.
 */
async function newlySaid(
  tx: Tx,
  { found, item, source_id }: { found: Known; item: Extracted; source_id: string },
  revisions: Revisions,
): Promise<'changed' | 'completed' | null> {
  if (hashOf(item) === found.text_sha256) return null;
  if (found.sightings.every((seen) => seen.source_id === source_id)) return 'changed';
  const text_sha256 = textHashOf(item.text);
  const before = found.sightings.find((seen) => seen.source_id === source_id && seen.url === item.url);
  if (before?.text_sha256) return before.text_sha256 === text_sha256 ? null : 'changed';
  const known = await textOf(tx, found.id, revisions);
  return (item.text ?? '').length > known.length ? 'completed' : null;
}

/** The title of an item is that of where it was seen first: when the same place gives it another, it has another. */
function isRetitled(found: Known, item: Extracted, source_id: string): boolean {
  const before = found.sightings.find((seen) => seen.source_id === source_id && seen.url === item.url);
  return before !== undefined && before.title === found.title && !isSameTitle(before.title, item.title);
}

async function textOf(tx: Tx, id: string, revisions: Revisions): Promise<string> {
  await revisions.write();
  const { text } = await tx.selectFrom('item').select('text').where('id', '=', id).executeTakeFirstOrThrow();
  return text;
}

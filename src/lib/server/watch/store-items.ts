import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { EXTRACTOR_VERSION, type Extracted } from '#lib/domain/watch/extracted.ts';
import { searchTokens } from '#lib/domain/text/search-text.ts';
import { identityOf, mayBeSame } from '#lib/domain/watch/identity.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { itemSearchTokens } from './item-search.ts';
import { markMatched, matchItems } from './matching/match-items.ts';

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
  outcome: 'new' | 'changed' | 'seen' | 'upgraded';
  revision_no: number;
};

type Known = {
  id: string;
  identity: string;
  title: string;
  document_no: string | null;
  text_sha256: string;
  revision_no: number;
  issued_on: string | null;
  has_detail: boolean;
};

/**
 * Stores what a source announced. An item is known by its document number, else by its address; what another
 * source announced before is the same item with one more sighting. A changed text is a revision; the same
 * text at another moment is none. Answers what became of each, in the order given.
 */
export async function storeItems(
  tx: Tx,
  extracted: readonly Extracted[],
  sighting: Sighting,
): Promise<StoredItem[]> {
  const keyed = extracted.map((item) => ({ item, ...identityOf(item) }));
  const known = await knownItems(
    tx,
    keyed.map(({ item, key }) => ({ key, url: item.url })),
  );
  const stored: StoredItem[] = [];
  for (const { item, key, document_no } of keyed) {
    const found = match(known, key, item);
    const result = found
      ? await storeKnown(tx, { found, item, document_no, key }, sighting)
      : await insertNew(tx, { item, key: freeKey(known, key, item), document_no }, sighting);
    if (result.outcome === 'new')
      known.push({
        id: result.id,
        identity: freeKey(known, key, item),
        title: item.title,
        document_no,
        text_sha256: hashOf(item),
        revision_no: 1,
        issued_on: item.issued_on,
        has_detail: false,
      });
    await see(tx, result.id, item, sighting);
    stored.push(result);
  }
  await matchItems(tx, idsOf(stored, ['new', 'changed']));
  await markMatched(tx, idsOf(stored, ['upgraded']));
  return stored;
}

function idsOf(stored: readonly StoredItem[], outcomes: readonly StoredItem['outcome'][]): string[] {
  return stored.flatMap(({ id, outcome }) => (outcomes.includes(outcome) ? [id] : []));
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
    select id, identity, title, document_no, text_sha256, revision_no, issued_on::text, detail_state = 'fetched' as has_detail
    from item
    where split_part(identity, '#day:', 1) = any(${keys}::text[])
       or id in (select item_id from item_sighting where url = any(${urls}::text[]))
    order by first_seen_at, id`.execute(tx);
  return rows;
}

/** The item that this is: the same key within the days that one notice may span. */
function match(known: readonly Known[], key: string, item: Extracted): Known | undefined {
  return known.find(
    ({ identity, issued_on }) => baseKey(identity) === key && mayBeSame(issued_on, item.issued_on),
  );
}

const baseKey = (identity: string) => identity.split('#day:')[0] ?? identity;

/** A number that is used again years later gets its day into the key. */
function freeKey(known: readonly Known[], key: string, item: Extracted): string {
  return known.some(({ identity }) => identity === key) ? `${key}#day:${item.issued_on ?? ''}` : key;
}

async function insertNew(
  tx: Tx,
  { item, key, document_no }: { item: Extracted; key: string; document_no: string | null },
  { language, seen_at, snapshot_id }: Sighting,
): Promise<StoredItem> {
  const text_sha256 = hashOf(item);
  const text = item.text ?? '';
  const { rows } = await sql<{ id: string }>`
    insert into item (identity, title, url, document_no, issued_on, effective_on, published_at, language, text, text_sha256,
                      extractor_version, first_seen_at, changed_at, search)
    values (${key}, ${item.title}, ${item.url}, ${document_no}, ${item.issued_on}, ${item.effective_on}, ${item.published_at},
            ${language}, ${text}, ${text_sha256}, ${EXTRACTOR_VERSION}, ${seen_at}, ${seen_at},
            array_to_tsvector(${itemSearchTokens({ title: item.title, document_no, text })}::text[]))
    on conflict (identity) do nothing
    returning id`.execute(tx);
  const [row] = rows;
  if (!row) return sameMoment(tx, key);
  await revise(tx, { id: row.id, revision_no: 1, item, text_sha256 }, { snapshot_id, seen_at });
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
  { seen_at, snapshot_id, is_technical = false }: Sighting,
): Promise<StoredItem> {
  const text_sha256 = hashOf(item);
  // A list that has no text, or another site's shorter one, says nothing about the text that is known.
  const says_text = item.text !== null && !found.has_detail;
  const is_changed = says_text && text_sha256 !== found.text_sha256 && baseKey(found.identity) === key;
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
  if (!is_changed) return { id: found.id, outcome: 'seen', revision_no: found.revision_no };
  const revision_no = found.revision_no + 1;
  const text = item.text ?? '';
  await sql`
    update item set title = ${item.title}, text = ${text}, text_sha256 = ${text_sha256}, revision_no = ${revision_no},
      extractor_version = ${EXTRACTOR_VERSION}, search = array_to_tsvector(${itemSearchTokens({ title: item.title, document_no: found.document_no ?? document_no, text })}::text[]),
      changed_at = ${is_technical ? sql`changed_at` : sql`${seen_at}`}
    where id = ${found.id}`.execute(tx);
  await revise(tx, { id: found.id, revision_no, item, text_sha256 }, { snapshot_id, seen_at });
  found.text_sha256 = text_sha256;
  found.revision_no = revision_no;
  return { id: found.id, outcome: is_technical ? 'upgraded' : 'changed', revision_no };
}

async function revise(
  tx: Tx,
  {
    id,
    revision_no,
    item,
    text_sha256,
  }: { id: string; revision_no: number; item: Extracted; text_sha256: string },
  { snapshot_id, seen_at }: Pick<Sighting, 'snapshot_id' | 'seen_at'>,
): Promise<void> {
  await tx
    .insertInto('item_revision')
    .values({
      item_id: id,
      revision_no,
      title: item.title,
      text: item.text ?? '',
      text_sha256,
      snapshot_id,
      seen_at,
    })
    .execute();
}

async function see(
  tx: Tx,
  item_id: string,
  item: Extracted,
  { source_id, snapshot_id, seen_at }: Sighting,
): Promise<void> {
  if (item.url === null) return;
  await tx
    .insertInto('item_sighting')
    .values({
      item_id,
      source_id,
      url: item.url.slice(0, 2000),
      title: item.title,
      snapshot_id,
      first_seen_at: seen_at,
      last_seen_at: seen_at,
    })
    .onConflict((conflict) =>
      conflict.columns(['item_id', 'source_id', 'url']).doUpdateSet({ last_seen_at: seen_at }),
    )
    .execute();
}

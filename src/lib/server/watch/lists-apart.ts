import { sql } from 'kysely';
import type { Tx } from '#lib/server/db/connect.ts';
import { baseKey, type Keyed, type Known } from './known-items.ts';

/** Lists that have nothing in common, each with the stored items that it may mean, and those that come after them. */
export type Apart<List> = { apart: { list: List; known: Known[] }[]; later: List[] };

/**
 * Chooses the lists that can be stored at once as if each had come by itself: no two of them name the same key or
 * address, or lead to the same stored item. The first one is always among them.
 */
export async function listsApart<List extends { keyed: readonly Keyed[] }>(
  tx: Tx,
  lists: readonly List[],
): Promise<Apart<List>> {
  const owner_of = new Map<string, List>();
  const unlike = lists.filter((list) => {
    const names = list.keyed.flatMap(({ key, address, item: { url } }) => [key, url, address]);
    const said = names.filter((name) => name !== null);
    if (said.some((name) => (owner_of.get(name) ?? list) !== list)) return false;
    for (const name of said) owner_of.set(name, list);
    return true;
  });
  const known = await knownItems(
    tx,
    unlike.flatMap(({ keyed }) => keyed.map(({ key, item: { url } }) => ({ key, url }))),
  );
  const meant_by = new Map<List, Known[]>(unlike.map((list) => [list, []]));
  const later = new Set(lists.filter((list) => !meant_by.has(list)));
  for (const item of known) {
    const names = [baseKey(item.identity), ...item.sightings.map(({ url }) => url)];
    const owners = new Set(names.flatMap((name) => owner_of.get(name) ?? []));
    // An item that was found in a way that is not told here may be meant by any.
    const [first, ...others] = unlike.filter((list) => owners.size === 0 || owners.has(list));
    if (first) meant_by.get(first)?.push(item);
    for (const other of others) later.add(other);
  }
  return {
    apart: unlike.flatMap((list) => (later.has(list) ? [] : [{ list, known: meant_by.get(list) ?? [] }])),
    later: lists.filter((list) => later.has(list)),
  };
}

async function knownItems(tx: Tx, wanted: readonly { key: string; url: string | null }[]): Promise<Known[]> {
  const keys = wanted.map(({ key }) => key);
  const urls = wanted.flatMap(({ url }) => (url === null ? [] : [url]));
  const { rows } = await sql<Known>`
    select i.id, i.identity, i.title, i.document_no, i.text_sha256, i.revision_no, i.issued_on::text,
           i.effective_on::text, i.published_at,
           i.detail_state = 'fetched' as has_detail,
           coalesce((select jsonb_agg(jsonb_build_object('source_id', s.source_id, 'url', s.url, 'title', s.title, 'text_sha256', s.text_sha256))
                     from item_sighting s where s.item_id = i.id), '[]') as sightings
    from item i
    where i.merged_into is null and i.id in (
      select id from item where split_part(identity, '#day:', 1) = any(${keys}::text[])
      union select item_id from item_sighting where url = any(${urls}::text[])
    )
    order by i.first_seen_at, i.id`.execute(tx);
  return rows;
}

import { sql } from 'kysely';
import { isFileAddress } from '#lib/domain/watch/next-visit.ts';
import { followsDetails } from '#lib/domain/watch/source-input.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import type { SourceRow } from './source-row.ts';

/**
 * Notes that the pages of these items are to be read, or their files kept. One page an item is enough: that of
 * another site is followed only where the first could not be had.
 */
export async function noteFetches(
  tx: Tx,
  source: Pick<SourceRow, 'id' | 'url' | 'kind' | 'settings'>,
  { items, now }: { items: readonly { id: string; url: string | null }[]; now: Date },
): Promise<boolean> {
  if (!followsDetails(source.kind, source.settings)) return false;
  const own = source.url.split('#')[0];
  const wanted = items.flatMap(({ id, url }) =>
    url === null || url.split('#')[0] === own || url.length > URL_CHARACTERS_MAX
      ? []
      : [{ item_id: id, url, kind: isFileAddress(url) ? 'file' : 'page' }],
  );
  if (wanted.length === 0) return false;
  const { rows } = await sql`
    with added as (
      insert into item_fetch (item_id, url, source_id, kind, next_check_at, first_seen_at)
      select w.item_id, w.url, ${source.id}, w.kind, ${now}, ${now}
      from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as w(item_id uuid, url text, kind text)
      where not exists (
        select from item_fetch f where f.item_id = w.item_id and (f.ok_at is not null or f.failures = 0)
      )
      order by w.item_id, w.url
      on conflict do nothing
      returning item_id
    ), awaited as (
      update item set detail_state = 'pending'
      where id in (select item_id from added) and detail_state = 'none'
    )
    select from added`.execute(tx);
  return rows.length > 0;
}

/**
 * The page of an item could not be had: where the next site shows it is due at once. False when there is none,
 * or when something of the item was had or is still awaited.
 */
export async function noteNextSighting(tx: Tx, item_id: string, now: Date): Promise<boolean> {
  const { rows } = await sql<Pick<SourceRow, 'id' | 'url' | 'kind' | 'settings'> & { seen_at_url: string }>`
    select n.id, n.url, n.kind, n.settings, s.url as seen_at_url
    from item_sighting s join source n on n.id = s.source_id
    where s.item_id = ${item_id} and n.deleted_at is null
      and not exists (select from item_fetch f where f.item_id = s.item_id and f.url = s.url)
    order by s.first_seen_at, s.url limit ${SIGHTINGS_MAX}`.execute(tx);
  for (const { seen_at_url, ...source } of rows)
    if (await noteFetches(tx, source, { items: [{ id: item_id, url: seen_at_url }], now })) return true;
  return false;
}

/** Far more sites than carry one notice. */
const SIGHTINGS_MAX = 50;
const URL_CHARACTERS_MAX = 2000;

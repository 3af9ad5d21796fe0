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
): Promise<void> {
  if (!followsDetails(source.kind, source.settings)) return;
  const own = source.url.split('#')[0];
  const wanted = items.flatMap(({ id, url }) =>
    url === null || url.split('#')[0] === own || url.length > URL_CHARACTERS_MAX
      ? []
      : [{ item_id: id, url, kind: isFileAddress(url) ? 'file' : 'page' }],
  );
  if (wanted.length === 0) return;
  await sql`
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
    )
    update item set detail_state = 'pending'
    where id in (select item_id from added) and detail_state = 'none'`.execute(tx);
}

const URL_CHARACTERS_MAX = 2000;

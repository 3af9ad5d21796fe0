import { sql } from 'kysely';
import type { Extracted } from '#lib/domain/watch/extracted.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import type { Sighting } from './store-items.ts';

/** Notes where the items of one answer were seen, with one statement. */
export async function noteSightings(
  tx: Tx,
  seen: readonly { item_id: string; item: Extracted | undefined }[],
  { source_id, snapshot_id, seen_at }: Pick<Sighting, 'source_id' | 'snapshot_id' | 'seen_at'>,
): Promise<void> {
  const by_place = new Map<string, { item_id: string; url: string; title: string }>();
  for (const { item_id, item } of seen) {
    if (!item || item.url === null) continue;
    const url = item.url.slice(0, 2000);
    by_place.set(`${item_id} ${url}`, { item_id, url, title: item.title });
  }
  if (by_place.size === 0) return;
  await sql`
    insert into item_sighting (item_id, source_id, url, title, snapshot_id, first_seen_at, last_seen_at)
    select w.item_id, ${source_id}, w.url, w.title, ${snapshot_id}, ${seen_at}, ${seen_at}
    from jsonb_to_recordset(${JSON.stringify([...by_place.values()])}::jsonb) as w(item_id uuid, url text, title text)
    order by w.item_id, w.url
    on conflict (item_id, source_id, url) do update set last_seen_at = excluded.last_seen_at, title = excluded.title`.execute(
    tx,
  );
}

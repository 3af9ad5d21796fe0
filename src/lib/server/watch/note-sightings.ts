import { sql } from 'kysely';
import type { Extracted } from '#lib/domain/watch/extracted.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { textHashOf } from './revise-items.ts';
import type { Sighting } from './store-items.ts';

/** An item in the answer of a source. */
export type Seen = Pick<Sighting, 'source_id' | 'snapshot_id' | 'seen_at'> & {
  item_id: string;
  item: Extracted;
};

/** Notes where items were seen, with one statement. */
export async function noteSightings(tx: Tx, seen: readonly Seen[]): Promise<void> {
  const by_place = new Map<
    string,
    Omit<Seen, 'item'> & { url: string; title: string; text_sha256: string | null }
  >();
  for (const { item_id, item, source_id, snapshot_id, seen_at } of seen) {
    if (item.url === null) continue;
    const url = item.url.slice(0, 2000);
    const { title } = item;
    const text_sha256 = textHashOf(item.text);
    const seen_there = { item_id, source_id, snapshot_id, seen_at, url, title, text_sha256 };
    by_place.set(`${source_id} ${item_id} ${url}`, seen_there);
  }
  if (by_place.size === 0) return;
  await sql`
    insert into item_sighting (item_id, source_id, url, title, text_sha256, snapshot_id, first_seen_at, last_seen_at)
    select w.item_id, w.source_id, w.url, w.title, w.text_sha256, w.snapshot_id, w.seen_at, w.seen_at
    from jsonb_to_recordset(${JSON.stringify([...by_place.values()])}::jsonb)
      as w(item_id uuid, source_id uuid, url text, title text, text_sha256 text, snapshot_id uuid, seen_at timestamptz)
    order by w.item_id, w.source_id, w.url
    on conflict (item_id, source_id, url) do update set last_seen_at = excluded.last_seen_at, title = excluded.title,
      text_sha256 = coalesce(excluded.text_sha256, item_sighting.text_sha256)`.execute(tx);
}

import { sql } from 'kysely';
import type { Extracted } from '#lib/domain/watch/extracted.ts';
import { charsetOf } from './ask-source.ts';
import type { Fetched } from './fetch-pages.ts';
import type { SourceRow } from './source-row.ts';
import { snapshotOf } from './store-snapshot.ts';
import type { Watcher } from './watcher.ts';

/** Addresses of notices carry a number or a day; those of menus are words. */
const NUMBERED = /\d{4}/;

/**
 * Whether the selectors of a list find something else than its notices: nothing of what was ever seen there, no day
 * in any row, where the last answer had days, or numbers in every address. Menus are what a rebuilt site often leaves
 * to an old selector, and would be taken for news. Whoever edits the source since then has looked at it.
 */
export async function isRebuilt(
  watcher: Watcher,
  source: SourceRow,
  fetched: Pick<Fetched, 'pages' | 'is_continued'>,
): Promise<boolean> {
  if (!mayBeRebuilt(source, fetched)) return false;
  const items = fetched.pages.flatMap(({ extraction }) => extraction.items);
  const before = await lastItems(watcher, source, items);
  if (!before || before.length === 0) return false;
  if (before.some(({ title }) => items.some((item) => item.title === title))) return false;
  const isNumbered = ({ url }: Extracted) => url !== null && NUMBERED.test(url);
  return (
    before.some(({ issued_on }) => issued_on !== null) ||
    (before.every(isNumbered) && !items.some(isNumbered))
  );
}

/** Whether a list has to be compared with what it held before. */
export function mayBeRebuilt(
  source: SourceRow,
  { pages, is_continued }: Pick<Fetched, 'pages' | 'is_continued'>,
): boolean {
  if (source.kind !== 'html_list' || is_continued || (source.last_item_count ?? 0) === 0) return false;
  const items = pages.flatMap(({ extraction }) => extraction.items);
  return items.length > 0 && items.every(({ issued_on }) => issued_on === null);
}

/** What the list held when it was read last; null where something of it was seen before, or it was edited since. */
async function lastItems(
  watcher: Watcher,
  source: SourceRow,
  items: readonly Extracted[],
): Promise<Extracted[] | null> {
  const urls = items.flatMap(({ url }) => (url === null ? [] : [url]));
  const last = await watcher.inTransaction(async (tx) => {
    const { rows } = await sql<{ id: string; url: string }>`
      select id, url from snapshot
      where source_id = ${source.id} and kind = 'list'
        and fetched_at > coalesce(${source.edited_at}::timestamptz, '-infinity')
        and not exists (select from item_sighting where source_id = ${source.id} and url = any(${urls}::text[]))
      order by fetched_at desc, id desc limit 1`.execute(tx);
    const [row] = rows;
    const snapshot = row && (await snapshotOf(tx, row.id));
    return snapshot ? { ...snapshot, url: row.url } : null;
  });
  if (!last) return null;
  const { bytes, url, content_type } = last;
  return (await watcher.reader.extract(source, { bytes, url, charset: charsetOf(content_type) })).items;
}

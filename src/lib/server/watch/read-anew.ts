import { sql } from 'kysely';
import { EXTRACTOR_VERSION } from '#lib/domain/watch/extracted.ts';
import { charsetOf } from './ask-source.ts';
import type { SourceRow } from './source-row.ts';
import { storeItems } from './store-items.ts';
import { snapshotOf } from './store-snapshot.ts';
import type { Watcher } from './watcher.ts';

/** Pages of a list; what older ones said is compared when it comes again. */
const PAGES_MAX = 20;

type Page = { id: string; url: string };

/**
 * Reads what a source answered last once more, where older code read it: texts that differ by the reading alone are
 * corrected and nobody is told, so that what the next answer says otherwise is a change of the source.
 */
export async function readAnew(watcher: Watcher, source: SourceRow, now: Date): Promise<void> {
  if (source.extractor_version >= EXTRACTOR_VERSION) return;
  const pages = await watcher.inTransaction(async (tx) => {
    const { rows } = await sql<Page>`
      select id, url from (
        select distinct on (url) id, url, fetched_at from snapshot
        where source_id = ${source.id} and kind = 'list' order by url, fetched_at desc, id desc) newest
      order by fetched_at desc, id desc limit ${PAGES_MAX}`.execute(tx);
    return rows;
  });
  for (const { id: snapshot_id, url } of pages) {
    const snapshot = await watcher.inTransaction((tx) => snapshotOf(tx, snapshot_id));
    if (!snapshot) continue;
    const answered = { bytes: snapshot.bytes, url, charset: charsetOf(snapshot.content_type) };
    const { items } = await watcher.reader.extract(source, answered);
    const sighting = { source_id: source.id, snapshot_id, language: source.language, seen_at: now };
    await watcher.inTransaction((tx) => storeItems(tx, items, { ...sighting, is_technical: true }));
  }
  await watcher.inTransaction((tx) =>
    tx
      .updateTable('source')
      .set({ extractor_version: EXTRACTOR_VERSION })
      .where('id', '=', source.id)
      .execute(),
  );
}

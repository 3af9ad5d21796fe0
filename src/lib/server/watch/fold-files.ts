import { sql } from 'kysely';
import { assembleItem } from './assemble-item.ts';
import type { StoredItem } from './store-items.ts';
import type { Watcher } from './watcher.ts';

/** Files whose text a run adds to their items; the next tick goes on. */
const FILES_PER_RUN = 200;

/**
 * Adds the text of files to the items that they belong to, once it was read out of them. A file that replaced
 * another changes its item; a first one completes it. One without text is settled as well.
 */
export async function foldFiles(
  watcher: Watcher,
  { now, source_id = null }: { now: Date; source_id?: string | null },
): Promise<{ folded: number; stored: StoredItem[] }> {
  const stored: StoredItem[] = [];
  for (let folded = 0; folded < FILES_PER_RUN; folded += 1) {
    const result = await watcher.asOperator(async (tx) => {
      const { rows } = await sql<{ item_id: string; url: string; is_first: boolean; document_id: string }>`
        select f.item_id, f.url, f.text_of_document_id is null as is_first, f.document_id
        from item_fetch f join document d on d.id = f.document_id
        where f.document_id is not null and f.document_id is distinct from f.text_of_document_id
          and d.state <> 'pending' and (${source_id}::uuid is null or f.source_id = ${source_id})
        limit 1 for update of f skip locked`.execute(tx);
      const [file] = rows;
      if (!file) return null;
      await sql`
        update item_fetch set text_of_document_id = ${file.document_id}
        where item_id = ${file.item_id} and url = ${file.url}`.execute(tx);
      return assembleItem(tx, file.item_id, { snapshot_id: null, now, is_first: file.is_first });
    });
    if (!result) return { folded, stored };
    stored.push(result);
  }
  return { folded: FILES_PER_RUN, stored };
}

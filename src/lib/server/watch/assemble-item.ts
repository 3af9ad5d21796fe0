import { sql } from 'kysely';
import type { Tx } from '#lib/server/db/connect.ts';
import { matchItems } from './matching/match-items.ts';
import { reviseItem } from './revise-items.ts';
import type { StoredItem } from './store-items.ts';

/** Of all that belongs to one item: about a thousand pages. What follows stays in the documents themselves. */
const TEXT_CHARACTERS_MAX = 2_000_000;

/**
 * Puts the text of an item together anew: that of its page, then of each file under its title. A text that is
 * there for the first time completes the item; one that differs from before is a change of it, unless only the code
 * that reads it has changed (`is_technical`).
 */
export async function assembleItem(
  tx: Tx,
  item_id: string,
  {
    snapshot_id,
    now,
    is_first,
    is_technical = false,
  }: { snapshot_id: string | null; now: Date; is_first: boolean; is_technical?: boolean },
): Promise<StoredItem> {
  const { rows } = await sql<{
    id: string;
    title: string;
    document_no: string | null;
    text_sha256: string;
    revision_no: number;
  }>`
    select id, title, document_no, text_sha256, revision_no from item where id = ${item_id} for update`.execute(
    tx,
  );
  const [item] = rows;
  if (!item) throw new Error(`item ${item_id} is gone`);
  const parts = await partsOf(tx, item_id);
  if (parts.length === 0) return { id: item_id, outcome: 'seen', revision_no: item.revision_no };
  const text = parts.join('\n\n').slice(0, TEXT_CHARACTERS_MAX).toWellFormed();
  const change = is_technical ? 'upgraded' : is_first ? 'completed' : 'changed';
  const revised = await reviseItem(
    tx,
    { ...item, next: { title: item.title, text } },
    { snapshot_id, seen_at: now, change },
  );
  if (revised.outcome === 'changed' || revised.outcome === 'completed') await matchItems(tx, [item_id]);
  return revised;
}

async function partsOf(tx: Tx, item_id: string): Promise<string[]> {
  const { rows } = await sql<{ kind: string; title: string | null; text: string }>`
    select f.kind, coalesce(f.title, d.file_name_given, d.file_name) as title, coalesce(f.text, d.text) as text
    from item_fetch f left join document d on d.id = f.text_of_document_id
    where f.item_id = ${item_id} and coalesce(f.text, d.text) is not null
    order by f.kind desc, f.first_seen_at, f.url`.execute(tx);
  return rows.map(({ kind, title, text }) =>
    kind === 'page' ? text : `【${title ?? ''}】\n${text.replaceAll('\f', '\n')}`,
  );
}

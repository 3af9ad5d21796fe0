import { sql } from 'kysely';
import { documentKey, findDocumentNos } from '#lib/domain/text/document-no.ts';
import { mayBeSame } from '#lib/domain/watch/identity.ts';
import type { Tx } from '#lib/server/db/connect.ts';

/**
 * What the page of an item says is its own number decides what the item is: it takes the number for its key,
 * or turns out to be an item that is known by it already. Answers the id under which it is known from now on.
 */
export async function identifyByNumber(tx: Tx, item_id: string, number_row: string | null): Promise<string> {
  const [found] = number_row === null ? [] : findDocumentNos(number_row);
  const key = found && documentKey(found);
  if (!key || number_row === null) return item_id;
  const identity = `doc:${key}`;
  const item = await tx
    .selectFrom('item')
    .select(['identity', 'document_no', sql<string | null>`issued_on::text`.as('issued_on')])
    .where('id', '=', item_id)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (!/^(url|title):/.test(item.identity)) return item_id;
  const { rows } = await sql<{ id: string; issued_on: string | null }>`
    select id, issued_on::text from item
    where split_part(identity, '#day:', 1) = ${identity} and merged_into is null and id <> ${item_id}
    order by first_seen_at, id for update`.execute(tx);
  const same = rows.find((one) => mayBeSame(one.issued_on, item.issued_on));
  if (same) {
    await mergeInto(tx, item_id, same.id);
    return same.id;
  }
  const is_free = rows.length === 0;
  await tx
    .updateTable('item')
    .set({
      identity: is_free ? identity : `${identity}#day:${item.issued_on ?? ''}`,
      document_no: item.document_no ?? number_row.trim().slice(0, DOCUMENT_NO_CHARACTERS_MAX),
    })
    .where('id', '=', item_id)
    .execute();
  return item_id;
}

const DOCUMENT_NO_CHARACTERS_MAX = 200;

/** Everything that was said of one item is said of the other; what its own texts were stays with it. */
async function mergeInto(tx: Tx, from: string, into: string): Promise<void> {
  await sql`
    insert into item_sighting (item_id, source_id, url, title, snapshot_id, first_seen_at, last_seen_at)
    select ${into}, source_id, url, title, snapshot_id, first_seen_at, last_seen_at
    from item_sighting where item_id = ${from}
    on conflict do nothing`.execute(tx);
  await sql`
    update signal set item_id = ${into}, item_revision_no = (select revision_no from item where id = ${into})
    where item_id = ${from} and not exists (
      select from signal s where s.item_id = ${into} and s.pending_item_id = signal.pending_item_id
    )`.execute(tx);
  await sql`
    update signal set state = 'duplicate', reason = 'The same notice was seen elsewhere.', decided_at = now()
    where item_id = ${from} and state = 'open'`.execute(tx);
  await sql`update item_fetch set next_check_at = null, lease_token = null where item_id = ${from}`.execute(
    tx,
  );
  await sql`update item set merged_into = ${into} where id = ${from}`.execute(tx);
}

import { sql } from 'kysely';
import { scoreOf } from '#lib/domain/watch/match-score.ts';
import type { MatchField, MatchSpan } from '#lib/domain/watch/query-set.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { heldQueries } from './compiled.ts';

/** A run takes some seconds at most; the next tick goes on. */
const ITEMS_PER_RUN = 500;

export type MatchedText = { title: string; document_no: string | null; text: string };

/** The parts of an item that queries are matched against; their names stand in the spans of signals. */
export function fieldsOf({ title, document_no, text }: MatchedText): MatchField[] {
  return [
    { name: 'title', text: title },
    ...(document_no === null ? [] : [{ name: 'document_no', text: document_no }]),
    { name: 'text', text },
  ];
}

export type NewSignal = {
  pending_item_id: string;
  item_id: string;
  item_revision_no: number;
  query: string;
  spans: MatchSpan[];
  from_archive: boolean;
};

/**
 * Matches items against all pending items in the transaction that stored them. An item is one signal of a
 * pending item, whatever becomes of its text: while nobody has decided, the places are those of the newest text.
 */
export async function matchItems(tx: Tx, ids: readonly string[]): Promise<{ signals: number }> {
  if (ids.length === 0) return { signals: 0 };
  const matcher = await heldQueries(tx);
  const items = await tx
    .selectFrom('item')
    .select(['id', 'title', 'document_no', 'text', 'revision_no', 'matched_revision_no'])
    .where('id', 'in', [...new Set(ids)])
    .execute();
  const signals = items.flatMap((item) =>
    matcher.match(fieldsOf(item)).map(({ id: { id, query }, spans }): NewSignal => ({
      pending_item_id: id,
      item_id: item.id,
      item_revision_no: item.revision_no,
      query,
      spans,
      from_archive: false,
    })),
  );
  const added = await insertSignals(tx, signals);
  // Whoever stores an item and matches it at once has noted so already.
  const unmarked = items.flatMap(({ id, revision_no, matched_revision_no }) =>
    matched_revision_no < revision_no ? [id] : [],
  );
  if (unmarked.length > 0)
    await sql`
      update item set matched_revision_no = revision_no
      where id = any(${unmarked}::uuid[]) and matched_revision_no < revision_no`.execute(tx);
  return { signals: added };
}

/** Adds what is not there; answers how many were added. */
export async function insertSignals(tx: Tx, signals: readonly NewSignal[]): Promise<number> {
  if (signals.length === 0) return 0;
  const rows = signals.map((signal) => ({ ...signal, score: scoreOf(signal.spans) }));
  const { rows: written } = await sql<{ is_new: boolean }>`
    insert into signal (pending_item_id, item_id, item_revision_no, query, spans, score, from_archive)
    select pending_item_id, item_id, item_revision_no, query, spans, score, from_archive
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as x(pending_item_id uuid, item_id uuid, item_revision_no integer, query text, spans jsonb, score real, from_archive boolean)
    order by pending_item_id, item_id
    on conflict (pending_item_id, item_id) do update
      set item_revision_no = excluded.item_revision_no, query = excluded.query, spans = excluded.spans, score = excluded.score
      where signal.state = 'open'
    returning xmax = 0 as is_new`.execute(tx);
  return written.filter(({ is_new }) => is_new).length;
}

/** Matches items whose text changed elsewhere: a page that was followed, a file whose text was read. */
export async function matchUnmatched(app: Pick<App, 'db'>): Promise<{ matched: number; signals: number }> {
  return app.db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ id: string }>`
      select id from item where matched_revision_no < revision_no
      order by id limit ${ITEMS_PER_RUN} for update skip locked`.execute(tx);
    const { signals } = await matchItems(
      tx,
      rows.map(({ id }) => id),
    );
    return { matched: rows.length, signals };
  });
}

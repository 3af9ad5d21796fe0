import { sql } from 'kysely';
import type { QueryNode } from '#lib/domain/watch/query.ts';
import { parseQuery } from '#lib/domain/watch/parse-query.ts';
import { compileQueries, type MatchSpan } from '#lib/domain/watch/query-set.ts';
import { searchOf } from '#lib/domain/watch/query-search.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { fieldsOf, insertSignals, type MatchedText } from './match-items.ts';

const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
/** Texts held at once. */
const ITEMS_AT_ONCE = 200;

export type ArchivedItem = MatchedText & {
  id: string;
  revision_no: number;
  url: string | null;
  issued_on: string | null;
  effective_on: string | null;
  first_seen_at: Date;
};
export type ArchiveMatch = { item: ArchivedItem; spans: MatchSpan[] };

/** All stored items that a query matches, the newest first, in batches. */
export async function* matchesInArchive(tx: Tx, node: QueryNode): AsyncGenerator<ArchiveMatch> {
  const set = compileQueries([{ id: null, node }]);
  const search = searchOf(node);
  let after: readonly [seen: string, id: string] | null = null;
  for (;;) {
    const [seen, id]: readonly [string | null, string] = after ?? [null, LAST_ID];
    const { rows }: { rows: (ArchivedItem & { seen: string })[] } = await sql<
      ArchivedItem & { seen: string }
    >`
      select id, title, document_no, text, revision_no, url, issued_on::text, effective_on::text, first_seen_at,
             first_seen_at::text as seen
      from item
      where merged_into is null and (${search}::text is null or search @@ ${search}::tsquery)
        and (first_seen_at, id) < (coalesce(${seen}::timestamptz, 'infinity'), ${id}::uuid)
      order by first_seen_at desc, id desc limit ${ITEMS_AT_ONCE}`.execute(tx);
    for (const item of rows) {
      const [match] = set.match(fieldsOf(item));
      if (match) yield { item, spans: match.spans };
    }
    const last = rows.at(-1);
    if (!last || rows.length < ITEMS_AT_ONCE) return;
    after = [last.seen, last.id];
  }
}

/** A pending item has at most this many signals from the archive: a broader query is no help to anybody. */
const SIGNALS_FROM_ARCHIVE_MAX = 2_000;

/**
 * Matches the archive against queries that were written since, each in the caller's transaction. What is found
 * stands apart from what is new (`from_archive`), and what was decided stays decided.
 */
export async function rematchDue(tx: Tx): Promise<{ rematched: number; signals: number }> {
  const { rows } = await sql<{ id: string; query: string }>`
    select id, query from pending_item where rematch_due order by id limit 20 for update skip locked`.execute(
    tx,
  );
  let signals = 0;
  for (const { id, query } of rows) {
    const parsed = parseQuery(query);
    let found = 0;
    if (parsed.ok)
      for await (const { item, spans } of matchesInArchive(tx, parsed.node)) {
        signals += await insertSignals(tx, [
          {
            pending_item_id: id,
            item_id: item.id,
            item_revision_no: item.revision_no,
            query,
            spans,
            from_archive: true,
          },
        ]);
        found += 1;
        if (found >= SIGNALS_FROM_ARCHIVE_MAX) break;
      }
    await sql`update pending_item set rematch_due = false where id = ${id}`.execute(tx);
  }
  return { rematched: rows.length, signals };
}

import { sql } from 'kysely';
import type { Db } from '#lib/server/db/connect.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { queriesChanged } from '#lib/server/watch/matching/compiled.ts';
import { PENDING_ITEMS } from './pending-data.ts';

/**
 * Loads the pending items that the installation starts with: safe to run at every start. What was edited or has
 * moved stays as it is; a better query of ours replaces the one that nobody touched.
 */
export async function loadPendingItems(db: Db): Promise<{ changed: number }> {
  return asOperator(db, async (tx) => {
    const { rows } = await sql<{ id: string }>`
      insert into pending_item (slug, title, title_zh, authority, authority_zh, state, query, instrument, provision, reported_on,
                                note, reference_key, reference_source, confirmed, rematch_due)
      select slug, title, title_zh, authority, authority_zh, state, query, instrument, provision, reported_on, note, slug, source, false, true
      from jsonb_to_recordset(${JSON.stringify(PENDING_ITEMS)}::jsonb)
        as x(slug text, title text, title_zh text, authority text, authority_zh text, state text, query text, instrument text,
             provision text, reported_on date, note text, source text)
      order by slug
      on conflict (slug) do update
        set title = excluded.title, title_zh = excluded.title_zh, query = excluded.query, rematch_due = true
        where pending_item.edited_at is null and pending_item.reference_key is not null
          and row(pending_item.title, pending_item.title_zh, pending_item.query)
            is distinct from row(excluded.title, excluded.title_zh, excluded.query)
      returning id`.execute(tx);
    if (rows.length > 0) await queriesChanged(tx);
    return { changed: rows.length };
  });
}

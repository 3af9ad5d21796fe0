import { sql } from 'kysely';
import type { Db } from '#lib/server/db/connect.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { GLOSSARY } from './glossary-data.ts';

/**
 * Loads the terms that the glossary starts with: safe to run at every start. A term that an analyst changed or
 * retired stays as it is, and one of an analyst's own keeps its place.
 */
export async function loadGlossary(db: Db): Promise<{ changed: number }> {
  return asOperator(db, async (tx) => {
    const seeds = sql`
      select kind, zh, en, array(select jsonb_array_elements_text(aliases)) as aliases, source, confirmed, reference_key
      from jsonb_to_recordset(${JSON.stringify(GLOSSARY)}::jsonb)
        as x(kind text, zh text, en text, aliases jsonb, source text, confirmed boolean, reference_key text)`;
    const updated = await sql`
      update glossary_term t
      set zh = s.zh, en = s.en, aliases = s.aliases, source = s.source, confirmed = s.confirmed, changed_at = now()
      from (${seeds}) s
      where t.reference_key = s.reference_key and t.edited_at is null
        and row(t.zh, t.en, t.aliases, t.source, t.confirmed)
          is distinct from row(s.zh, s.en, s.aliases, s.source, s.confirmed)
        and not exists (select from glossary_term o
          where o.kind = s.kind and o.zh = s.zh and o.retired_at is null and o.id <> t.id)`.execute(tx);
    const added = await sql`
      insert into glossary_term (kind, zh, en, aliases, source, confirmed, reference_key)
      select kind, zh, en, aliases, source, confirmed, reference_key from (${seeds}) s
      where not exists (select from glossary_term t
        where t.reference_key = s.reference_key or (t.kind = s.kind and t.zh = s.zh and t.retired_at is null))
      order by reference_key
      on conflict do nothing`.execute(tx);
    return { changed: Number(updated.numAffectedRows ?? 0) + Number(added.numAffectedRows ?? 0) };
  });
}

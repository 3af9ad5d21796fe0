import { sql } from 'kysely';
import type { Db } from '#lib/server/db/connect.ts';
import { asOperator } from '#lib/server/db/tenancy.ts';
import { SOURCES, type SourceSeed } from './watch-data.ts';

/**
 * Loads the sources that the installation starts with, each once under its key. One that the operator edited
 * or deleted stays as it is; one that nobody touched takes what a newer version of the program knows better.
 */
export async function loadSources(
  db: Db,
  now: Date,
  seeds: readonly SourceSeed[] = SOURCES,
): Promise<{ changed: number }> {
  const { numAffectedRows } = await asOperator(db, (tx) =>
    sql`
      insert into source as s (slug, reference_key, name, name_zh, kind, url, language, authority, interval_minutes,
                               expected_update_days, settings, is_enabled, wall, needs, needs_zh, reference_source,
                               confirmed, health, next_check_at)
      select slug, slug, name, name_zh, kind, url, language, authority, interval_minutes, expected_update_days, settings,
             is_enabled, wall, needs, needs_zh, source, confirmed,
             case when is_enabled then 'new' else 'paused' end,
             case when is_enabled and kind <> 'manual' then ${now}::timestamptz end
      from jsonb_to_recordset(${JSON.stringify(seeds)}::jsonb)
        as x(slug text, name text, name_zh text, kind text, url text, language text, authority text,
             interval_minutes integer, expected_update_days integer, settings jsonb, is_enabled boolean, wall text,
             needs text, needs_zh text, source text, confirmed boolean)
      order by slug
      on conflict (reference_key) do update
        set name = excluded.name, name_zh = excluded.name_zh, kind = excluded.kind, url = excluded.url,
            language = excluded.language, authority = excluded.authority, settings = excluded.settings,
            wall = excluded.wall, needs = excluded.needs, needs_zh = excluded.needs_zh,
            reference_source = excluded.reference_source, confirmed = excluded.confirmed
        where s.edited_at is null and s.deleted_at is null
          and row(s.name, s.name_zh, s.kind, s.url, s.language, s.authority, s.settings, s.wall, s.needs, s.needs_zh,
                  s.reference_source, s.confirmed)
            is distinct from row(excluded.name, excluded.name_zh, excluded.kind, excluded.url, excluded.language,
                  excluded.authority, excluded.settings, excluded.wall, excluded.needs, excluded.needs_zh,
                  excluded.reference_source, excluded.confirmed)`.execute(tx),
  );
  return { changed: Number(numAffectedRows ?? 0) };
}

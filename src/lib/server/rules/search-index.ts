import { sql } from 'kysely';
import { foldForMatch } from '#lib/domain/text/script.ts';
import { searchTokens } from '#lib/domain/text/search-text.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import type { StoredProvision, StoredVersion } from './version.ts';

/** Raise it when texts are cut into words differently: rows of an older one are then written again. */
export const INDEXER_VERSION = 2;
const ROWS_AT_ONCE = 500;

/** Makes the provisions of a version findable; only what is published is. */
export async function indexVersion(tx: Tx, version: Pick<StoredVersion, 'id' | 'provisions'>): Promise<void> {
  const rows = version.provisions.map((provision) => {
    const text = searchable(provision);
    return {
      path: provision.path,
      folded: foldForMatch(text),
      tokens: [...new Set([`clause:${provision.path}`, ...searchTokens(text)])],
    };
  });
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE)
    await sql`
      insert into provision_search (provision_id, version_id, folded, tokens, indexer_version)
      select p.id, p.version_id, x.folded, array_to_tsvector(x.tokens), ${INDEXER_VERSION}
      from jsonb_to_recordset(${JSON.stringify(rows.slice(from, from + ROWS_AT_ONCE))}::jsonb)
        as x(path text, folded text, tokens text[])
      join provision p on p.version_id = ${version.id} and p.path = x.path
      on conflict (provision_id) do update
        set folded = excluded.folded, tokens = excluded.tokens, indexer_version = excluded.indexer_version`.execute(
      tx,
    );
}

/** Number, names and texts of a provision, in lines that no phrase runs across. */
function searchable({ path, title, title_translation, text, translation }: StoredProvision): string {
  return [path, title, title_translation, text, translation].filter((part) => part !== null).join('\n');
}

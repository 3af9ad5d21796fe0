import { sql } from 'kysely';
import { excerptsOf, type Excerpt } from '#lib/domain/watch/match-score.ts';
import { parseQuery } from '#lib/domain/watch/parse-query.ts';
import { compileQueries, type MatchField } from '#lib/domain/watch/query-set.ts';
import type { Tx } from '#lib/server/db/connect.ts';

/** A query that was found in the texts of an event, with the first places. */
export type FoundQuery = { query: string; excerpts: Excerpt[] };

/** Kept with each alert that came by a search: enough to see why, and no copy of the text. */
const EXCERPTS_KEPT_MAX = 2;

type Compiled = { version: string; set: ReturnType<typeof compileQueries<string>> };

/**
 * The queries as they were last followed, compiled: 10,000 of them take 0.1 s, and an event that is written
 * while a chain is locked should not wait for that twice. The version is a hash of the queries themselves, so
 * that what is kept can never be of another database or of an older state.
 */
let kept: Compiled | null = null;

/**
 * Which of the followed queries the texts of an event hold, each once, whoever asked for it. Within the
 * transaction that wrote the event, and for events that everybody may hear.
 */
export async function findSearches(
  tx: Tx,
  event_id: string,
  texts: readonly MatchField[],
): Promise<FoundQuery[]> {
  const { rows } = await sql<{ version: string | null; queries: string[] | null }>`
    select version, queries from queries_followed(${event_id}, ${kept?.version ?? null})`.execute(tx);
  const { version = null, queries = null } = rows[0] ?? {};
  if (version === null) return [];
  if (kept?.version !== version) kept = { version, set: compiled(queries ?? []) };
  return kept.set.match(texts).map(({ id, spans }) => ({
    query: id,
    excerpts: excerptsOf(texts, spans).slice(0, EXCERPTS_KEPT_MAX),
  }));
}

function compiled(queries: readonly string[]): Compiled['set'] {
  return compileQueries(
    queries.flatMap((query) => {
      const parsed = parseQuery(query);
      return parsed.ok ? [{ id: query, node: parsed.node }] : [];
    }),
  );
}

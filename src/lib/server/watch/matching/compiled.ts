import { sql } from 'kysely';
import { parseQuery } from '#lib/domain/watch/parse-query.ts';
import { compileQueries, type MatchField, type QueryMatch } from '#lib/domain/watch/query-set.ts';
import type { Tx } from '#lib/server/db/connect.ts';

/** A pending item that is matched, with its query as it is. */
export type Watched = { id: string; query: string };
export type Matcher = { match: (fields: readonly MatchField[]) => QueryMatch<Watched>[] };

/**
 * Queries of the present version, compiled. The version is a random name that changes with every change of a
 * query, so that what is kept can never be of another database or of an older state.
 */
let kept: { version: string; matcher: Matcher } | null = null;

/** The queries as they stand, held until the transaction ends: nobody changes one in between. */
export async function heldQueries(tx: Tx): Promise<Matcher> {
  const { rows } = await sql<{ version: string }>`select version from query_set for share`.execute(tx);
  const version = rows[0]?.version;
  if (version === undefined) throw new Error('query_set has lost its row');
  if (kept?.version === version) return kept.matcher;
  const watched = await tx
    .selectFrom('pending_item')
    .select(['id', 'query'])
    .where('state', '<>', 'withdrawn')
    .orderBy('id')
    .execute();
  const matcher = compileQueries(
    watched.flatMap((one) => {
      const parsed = parseQuery(one.query);
      return parsed.ok ? [{ id: one, node: parsed.node }] : [];
    }),
  );
  kept = { version, matcher };
  return matcher;
}

/** Says that queries changed; waits for those who are storing with the old ones. */
export async function queriesChanged(tx: Tx): Promise<void> {
  await sql`update query_set set version = gen_random_uuid()`.execute(tx);
}

import { sql } from 'kysely';
import { parseQuery } from '#lib/domain/watch/parse-query.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { asOwner } from '#lib/server/db/tenancy.ts';
import { recipientOf, type Who } from '#lib/server/alerts/recipient.ts';
import { alertRefusal, type AlertRefusal } from '#lib/server/alerts/refusal.ts';
import { queryRefusal, type QueryRefusal } from '#lib/server/watch/refusal.ts';

/** A query of the watch that a firm keeps under a name; everybody of the firm sees it, and nobody else. */
export type SavedSearch = {
  id: string;
  name: string;
  query: string;
  created_by: string;
  created_at: Date;
  updated_at: Date;
  /** How many subscriptions of the firm and of its people follow it. */
  followers: number;
};
export type SearchInput = { name: string; query: string };

/** Each is held against everything that is published; nobody reads the news of more. */
export const SEARCHES_MAX = 200;
export const SEARCH_NAME_MAX = 100;

type Written = { ok: true; search: SavedSearch } | AlertRefusal | QueryRefusal;

/** Those of the firm (of the operator, without one), by name. */
export async function listSearches(app: App, { actor, firm }: Who): Promise<SavedSearch[]> {
  return asOwner(app.db, recipientOf(actor, firm).firm_id, (tx) => searchRows(tx, sql`true`));
}

export async function findSearch(
  app: App,
  { actor, firm }: Who,
  id: string,
): Promise<{ ok: true; search: SavedSearch } | AlertRefusal> {
  return asOwner(app.db, recipientOf(actor, firm).firm_id, (tx) => found(tx, id));
}

export async function saveSearch(app: App, { actor, firm }: Who, input: SearchInput): Promise<Written> {
  const refused = refusedQuery(input.query);
  if (refused) return refused;
  const { firm_id } = recipientOf(actor, firm);
  return asOwner(app.db, firm_id, async (tx): Promise<Written> => {
    const { count } = await tx
      .selectFrom('saved_search')
      .select(({ fn }) => fn.countAll<string>().as('count'))
      .executeTakeFirstOrThrow();
    if (Number(count) >= SEARCHES_MAX) return alertRefusal('searches_many', undefined, { max: SEARCHES_MAX });
    const added = await tx
      .insertInto('saved_search')
      .values({ ...input, firm_id, created_by: actor.name.slice(0, 200) })
      .onConflict((conflict) => conflict.columns(['firm_id', 'name']).doNothing())
      .returning('id')
      .executeTakeFirst();
    return added ? found(tx, added.id) : alertRefusal('search_name_taken', 'name', { name: input.name });
  });
}

/** What is left out stays. Another query counts from the next publication on. */
export async function changeSearch(
  app: App,
  { actor, firm }: Who,
  id: string,
  change: Partial<SearchInput>,
): Promise<Written> {
  const refused = change.query === undefined ? null : refusedQuery(change.query);
  if (refused) return refused;
  return asOwner(app.db, recipientOf(actor, firm).firm_id, async (tx): Promise<Written> => {
    const known = await found(tx, id);
    if (!known.ok) return known;
    const { name = known.search.name } = change;
    const namesake = await tx
      .selectFrom('saved_search')
      .select('id')
      .where('name', '=', name)
      .where('id', '<>', id)
      .executeTakeFirst();
    if (namesake) return alertRefusal('search_name_taken', 'name', { name });
    await tx
      .updateTable('saved_search')
      .set({ ...change, updated_at: sql<Date>`now()` })
      .where('id', '=', id)
      .execute();
    return found(tx, id);
  });
}

/** One that is followed stays: a subscription without its search would fall silent, or ask for everything. */
export async function deleteSearch(
  app: App,
  { actor, firm }: Who,
  id: string,
): Promise<{ ok: true } | AlertRefusal> {
  return asOwner(app.db, recipientOf(actor, firm).firm_id, async (tx) => {
    // Whoever subscribes to it at this moment holds the row, and is counted afterwards.
    await sql`select from saved_search where id = ${id} for update`.execute(tx);
    const known = await found(tx, id);
    if (!known.ok) return known;
    if (known.search.followers > 0)
      return alertRefusal('search_followed', undefined, { n: known.search.followers });
    await tx.deleteFrom('saved_search').where('id', '=', id).execute();
    return { ok: true };
  });
}

/** Whether the firm has all of them; they stay until the transaction ends. */
export async function holdSearches(tx: Tx, ids: readonly string[]): Promise<boolean> {
  const asked = [...new Set(ids)];
  const { rows } = await sql<{ id: string }>`
    select id from saved_search where id = any (${asked}::uuid[]) order by id for key share`.execute(tx);
  return rows.length === asked.length;
}

function refusedQuery(query: string): QueryRefusal | null {
  const parsed = parseQuery(query);
  return parsed.ok ? null : queryRefusal(parsed.problems);
}

async function found(tx: Tx, id: string): Promise<{ ok: true; search: SavedSearch } | AlertRefusal> {
  const [search] = await searchRows(tx, sql`x.id = ${id}`);
  return search ? { ok: true, search } : alertRefusal('search_unknown');
}

async function searchRows(tx: Tx, condition: ReturnType<typeof sql>): Promise<SavedSearch[]> {
  const { rows } = await sql<SavedSearch>`
    select x.id, x.name, x.query, x.created_by, x.created_at, x.updated_at,
           (select count(*)::int from subscription s where x.id = any (s.saved_searches)) as followers
    from saved_search x where ${condition} order by x.name, x.id limit ${SEARCHES_MAX}`.execute(tx);
  return rows;
}

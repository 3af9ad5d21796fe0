import { sql } from 'kysely';
import { z } from 'zod';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import { highlightsOf, parseSearch, tsQuery, type SearchQuery } from '#lib/domain/text/search-text.ts';
import { excerptsOf, type Excerpt } from '#lib/domain/watch/match-score.ts';
import { parseQuery } from '#lib/domain/watch/parse-query.ts';
import { compileQueries, type MatchSpan } from '#lib/domain/watch/query-set.ts';
import type { QueryNode, QueryProblem } from '#lib/domain/watch/query.ts';
import { searchOf } from '#lib/domain/watch/query-search.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { fieldsOf } from '#lib/server/watch/matching/match-items.ts';
import { readWatch, seesWatch } from '#lib/server/watch/watch-actor.ts';

export type Sighting = { source_id: string; source: string | null; url: string; seen_at: Date };
export type ListedItem = {
  id: string;
  title: string;
  url: string | null;
  document_no: string | null;
  issued_on: string | null;
  effective_on: string | null;
  language: string | null;
  first_seen_at: Date;
  changed_at: Date;
  revision_no: number;
  sightings: Sighting[];
  highlights: MatchSpan[];
  excerpts: Excerpt[];
  /** For the cursor of the list. */
  seen: string;
};

export type ItemsAsked = {
  q?: string;
  source_id?: string;
  from?: string;
  to?: string;
  limit: number;
  after?: readonly [string, string] | null;
};

/** Items read at once while looking for those that match; most that the index lets through do. */
const ITEMS_AT_ONCE = 200;
/** A search reads at most this many items that the index lets through and the query does not. */
const ITEMS_READ_MAX = 10_000;

/**
 * Items that hold what was asked, the last seen first; one more than `limit`. What was typed is a query of the
 * watch; where it is none (an open quote, a lone NOT), its words are looked for instead. Who is not of the
 * operator finds confirmed news.
 */
export function listItems(
  app: App,
  actor: Actor | null,
  asked: ItemsAsked,
): Promise<{ items: ListedItem[]; problems: QueryProblem[] }> {
  const { q = '', limit } = asked;
  const search = q.trim() === '' ? null : searchFor(q);
  return readWatch(app, actor, async (tx) => {
    const items: ListedItem[] = [];
    let after = asked.after ?? null;
    for (let read = 0; read < ITEMS_READ_MAX; read += ITEMS_AT_ONCE) {
      const rows = await itemRows(tx, { ...asked, after }, { search, only_confirmed: !seesWatch(actor) });
      for (const row of rows) {
        const highlights = search ? search.find(row) : [];
        if (highlights === null) continue;
        const { text: _text, ...item } = row;
        items.push({ ...item, highlights, excerpts: excerptsOf(fieldsOf(row), highlights) });
        if (items.length > limit) return { items, problems: search?.problems ?? [] };
      }
      const last = rows.at(-1);
      if (!last || rows.length < ITEMS_AT_ONCE) break;
      after = [last.seen, last.id];
    }
    return { items, problems: search?.problems ?? [] };
  });
}

type Searched = {
  index: string | null;
  /** The places in an item; null when it does not hold what was asked. */
  find: (item: { title: string; document_no: string | null; text: string }) => MatchSpan[] | null;
  problems: QueryProblem[];
};

function searchFor(typed: string): Searched {
  const parsed = parseQuery(typed);
  if (parsed.ok) return { ...byQuery(parsed.node), problems: [] };
  const words = parseSearch(typed.replace(OPERATORS, ' '));
  return words
    ? { ...byWords(words), problems: parsed.problems }
    : { index: null, find: () => null, problems: parsed.problems };
}

const OPERATORS = /(?<!\S)(?:AND|OR|NOT|NEAR(?:\/\d+)?)(?!\S)/g;

function byQuery(node: QueryNode): Omit<Searched, 'problems'> {
  const set = compileQueries([{ id: null, node }]);
  return { index: searchOf(node), find: (item) => set.match(fieldsOf(item))[0]?.spans ?? null };
}

function byWords(query: SearchQuery): Omit<Searched, 'problems'> {
  return {
    index: tsQuery(query),
    find: (item) =>
      fieldsOf(item).flatMap(({ name, text }) =>
        highlightsOf(text, query).map(({ start, end }) => ({ field: name, start, end })),
      ),
  };
}

type Row = Omit<ListedItem, 'highlights' | 'excerpts'> & { text: string };

async function itemRows(
  tx: Tx,
  { source_id, from, to, after }: ItemsAsked,
  { search, only_confirmed }: { search: Searched | null; only_confirmed: boolean },
): Promise<Row[]> {
  const index = search?.index ?? null;
  const { rows } = await sql<Row>`
    select i.id, i.title, i.url, i.document_no, i.issued_on::text, i.effective_on::text, i.language, i.first_seen_at,
           i.changed_at, i.revision_no, i.first_seen_at::text as seen, i.text,
           coalesce((select jsonb_agg(jsonb_build_object('source_id', g.source_id, 'source', n.name, 'url', g.url,
                       'seen_at', to_char(g.first_seen_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by g.first_seen_at)
                     from item_sighting g left join source n on n.id = g.source_id where g.item_id = i.id), '[]') as sightings
    from item i
    where i.merged_into is null and (${index}::text is null or i.search @@ ${index}::tsquery)
      and (${source_id ?? null}::uuid is null or exists
            (select from item_sighting g where g.item_id = i.id and g.source_id = ${source_id ?? null}::uuid))
      and (${from ?? null}::date is null or coalesce(i.issued_on, (i.first_seen_at at time zone 'Asia/Shanghai')::date) >= ${from ?? null}::date)
      and (${to ?? null}::date is null or coalesce(i.issued_on, (i.first_seen_at at time zone 'Asia/Shanghai')::date) <= ${to ?? null}::date)
      and (not ${only_confirmed}::boolean or exists
            (select from signal s where s.item_id = i.id and s.state = 'confirmed'))
      and (${after === null || after === undefined} or (i.first_seen_at, i.id) < (${after?.[0] ?? null}::timestamptz, ${after?.[1] ?? null}::uuid))
    order by i.first_seen_at desc, i.id desc limit ${ITEMS_AT_ONCE}`.execute(tx);
  return rows.map((row) => ({
    ...row,
    sightings: row.sightings.map((sighting) => ({ ...sighting, seen_at: new Date(sighting.seen_at) })),
  }));
}

/** What the list is ordered by, as its cursor carries it. */
export const itemCursor = z.tuple([z.string(), z.uuid()]);
const SOURCES_MAX = 500;

/** Sources to choose from; none for whom the row policies show none. */
export function itemSources(
  app: App,
  actor: Actor | null,
): Promise<{ id: string; name: string; name_zh: string | null }[]> {
  return readWatch(app, actor, (tx) =>
    tx
      .selectFrom('source')
      .select(['id', 'name', 'name_zh'])
      .where('deleted_at', 'is', null)
      .orderBy('name')
      .limit(SOURCES_MAX)
      .execute(),
  );
}

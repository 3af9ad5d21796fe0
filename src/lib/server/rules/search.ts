import { sql } from 'kysely';
import type { Actor } from '#lib/domain/accounts/actor.ts';
import { inForce } from '#lib/domain/rules/in-force.ts';
import { dayInChina } from '#lib/domain/text/calendar-day.ts';
import {
  highlightsOf,
  parseSearch,
  tsQuery,
  type Highlight,
  type SearchQuery,
} from '#lib/domain/text/search-text.ts';
import type { App } from '#lib/server/app.ts';
import type { Tx } from '#lib/server/db/connect.ts';
import { readPublished, readRules } from './rule-actor.ts';
import { settledKnownAt } from './known-at.ts';
import { versionRows, type VersionRow } from './version.ts';

export const SEARCHED_FIELDS = ['title', 'title_translation', 'text', 'translation'] as const;
export type SearchedField = (typeof SEARCHED_FIELDS)[number];

/** A field that holds what was looked for: the part around the first place, and the places in it. */
export type FoundText = { field: SearchedField; excerpt: string; spans: Highlight[] };

export type FoundProvision = {
  version: VersionRow;
  path: string;
  title: string | null;
  title_translation: string | null;
  /** Whether this is the text in force today; an earlier or future one else. */
  is_in_force: boolean;
  found: FoundText[];
  /** Of the order of the list. */
  position: number;
};

export type SearchAsked = {
  typed: string;
  instrument?: string | null;
  limit: number;
  after?: readonly [sequence: number, position: number] | null;
};

/** Characters of an excerpt on each side of the first place. */
const EXCERPT_MARGIN = 120;

/**
 * Provisions of current and past published texts that hold what was typed, the newest versions first; one more
 * than `limit`. Null where nothing was typed that could be looked for.
 */
export function searchRules(
  app: App,
  actor: Actor | null,
  asked: SearchAsked,
): Promise<FoundProvision[] | null> {
  const query = parseSearch(asked.typed);
  if (!query) return Promise.resolve(null);
  const today = dayInChina(app.now());
  return readRules(app, actor, async (tx) => {
    const rows = await matches(tx, query, asked);
    const ids = [...new Set(rows.map(({ version_id }) => version_id))];
    const versions = new Map(
      (await versionRows(tx, sql`v.id = any(${ids}::uuid[])`)).map((row) => [row.id, row]),
    );
    const current = await inForceToday(
      app,
      [...new Set([...versions.values()].map((row) => row.instrument_slug))],
      today,
    );
    return rows.flatMap(({ version_id, path, position, ...texts }) => {
      const version = versions.get(version_id);
      if (!version) return [];
      const { title, title_translation } = texts;
      const found = SEARCHED_FIELDS.flatMap((field) => foundIn(field, texts[field], query));
      return [
        { version, path, position, title, title_translation, is_in_force: current.has(version_id), found },
      ];
    });
  });
}

type Row = Record<SearchedField, string | null> & { version_id: string; path: string; position: number };

async function matches(
  tx: Tx,
  query: SearchQuery,
  { instrument, limit, after }: SearchAsked,
): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select p.version_id, p.path, p.position, p.title, p.title_translation, p.text, p.translation
    from provision_search s
    join provision p on p.id = s.provision_id
    join rule_version v on v.id = s.version_id and v.state = 'published'
    join instrument i on i.id = v.instrument_id
    where s.tokens @@ ${tsQuery(query)}::tsquery
      and (select coalesce(bool_and(position(phrase in s.folded) > 0), true) from unnest(${query.phrases}::text[]) phrase)
      and (${instrument ?? null}::text is null or i.slug = ${instrument ?? null})
      and (${after?.[0] ?? null}::bigint is null or v.sequence < ${after?.[0] ?? null}
           or (v.sequence = ${after?.[0] ?? null} and p.position > ${after?.[1] ?? null}))
    order by v.sequence desc, p.position limit ${limit + 1}`.execute(tx);
  return rows;
}

/** The ids of the versions in force today, of these instruments. */
function inForceToday(app: App, slugs: readonly string[], today: string): Promise<Set<string>> {
  return readPublished(app, async (tx) => {
    const known_at = await settledKnownAt(tx, null);
    const versions = await versionRows(tx, sql`i.slug = any(${[...slugs]}) and v.state = 'published'`);
    const ids = slugs.flatMap((slug) => {
      const own = versions.filter(({ instrument_slug }) => instrument_slug === slug);
      const law = inForce(own, { as_of: today, known_at });
      return law.state === 'in_force' ? [law.version.id] : [];
    });
    return new Set(ids);
  });
}

function foundIn(field: SearchedField, text: string | null, query: SearchQuery): FoundText[] {
  if (text === null) return [];
  const places = highlightsOf(text, query);
  const [first] = places;
  if (!first) return [];
  const from = Math.max(0, first.start - EXCERPT_MARGIN);
  const to = Math.min(text.length, first.end + EXCERPT_MARGIN);
  const spans = places
    .filter(({ start, end }) => start >= from && end <= to)
    .map(({ start, end }) => ({ start: start - from, end: end - from }));
  return [{ field, excerpt: text.slice(from, to).toWellFormed(), spans }];
}

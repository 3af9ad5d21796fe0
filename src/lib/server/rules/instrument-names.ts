import type { Actor } from '#lib/domain/accounts/actor.ts';
import type { Language } from '#lib/i18n/text.ts';
import { titleIn } from '#lib/i18n/title-in.ts';
import type { App } from '#lib/server/app.ts';
import { readRules } from './rule-actor.ts';

/** More than the instruments of any installation seen; what lies beyond keeps its short name. */
const NAMED_MAX = 5_000;

/**
 * What instruments are called in the reader's language, by their slugs and in the order of the names; all of
 * them where no `slugs` are asked for. One that is unknown is left out.
 */
export async function instrumentNames(
  app: App,
  actor: Actor | null,
  { slugs, language }: { slugs?: readonly string[]; language: Language },
): Promise<Record<string, string>> {
  if (slugs?.length === 0) return {};
  const rows = await readRules(app, actor, (tx) =>
    tx
      .selectFrom('instrument')
      .select(['slug', 'kind', 'document_no', 'title', 'title_translation', 'language'])
      .$if(slugs !== undefined, (query) => query.where('slug', 'in', [...new Set(slugs)].slice(0, NAMED_MAX)))
      .limit(NAMED_MAX)
      .execute(),
  );
  const named = rows.map((row) => [row.slug, nameOf(row, language)] as const);
  return Object.fromEntries(named.toSorted(([, a], [, b]) => a.localeCompare(b, language)));
}

type Row = {
  slug: string;
  kind: string;
  document_no: string | null;
  title: string;
  title_translation: string | null;
  language: string;
};

/** People know a standard by its number, which its title need not repeat. */
function nameOf(row: Row, language: Language): string {
  const title = titleIn(language, row).shown ?? row.slug;
  const bare = (text: string) => text.replaceAll(/[\s—–-]/g, '');
  const is_told = row.document_no === null || bare(title).includes(bare(row.document_no));
  return row.kind !== 'standard' || is_told ? title : `${row.document_no} ${title}`;
}

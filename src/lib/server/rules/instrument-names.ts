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
      .select(['slug', 'title', 'title_translation', 'language'])
      .$if(slugs !== undefined, (query) => query.where('slug', 'in', [...new Set(slugs)].slice(0, NAMED_MAX)))
      .limit(NAMED_MAX)
      .execute(),
  );
  const named = rows.map((row) => [row.slug, titleIn(language, row).shown ?? row.slug] as const);
  return Object.fromEntries(named.toSorted(([, a], [, b]) => a.localeCompare(b, language)));
}

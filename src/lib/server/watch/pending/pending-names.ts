import type { Actor } from '#lib/domain/accounts/actor.ts';
import { AWAITED_STATES } from '#lib/domain/watch/pending-item.ts';
import type { Language } from '#lib/i18n/text.ts';
import { namedIn } from '#lib/i18n/watch-names.ts';
import type { App } from '#lib/server/app.ts';
import { readWatch } from '#lib/server/watch/watch-actor.ts';

/** More than anybody chooses from; what lies beyond keeps its short name. */
const NAMED_MAX = 5_000;

/**
 * What pending items are called in the reader's language, by their slugs and in the order of the names; those
 * that are still awaited where no `slugs` are asked for. One that is unknown is left out.
 */
export async function pendingNames(
  app: App,
  actor: Actor | null,
  { slugs, language }: { slugs?: readonly string[]; language: Language },
): Promise<Record<string, string>> {
  if (slugs?.length === 0) return {};
  const rows = await readWatch(app, actor, (tx) =>
    tx
      .selectFrom('pending_item')
      .select(['slug', 'title', 'title_zh'])
      .where(({ eb }) =>
        slugs === undefined
          ? eb('state', 'in', AWAITED_STATES)
          : eb('slug', 'in', [...new Set(slugs)].slice(0, NAMED_MAX)),
      )
      .orderBy('created_at', 'desc')
      .limit(NAMED_MAX)
      .execute(),
  );
  const named = rows.map(({ slug, title, title_zh }) => [slug, namedIn(language, title, title_zh)] as const);
  return Object.fromEntries(named.toSorted(([, a], [, b]) => a.localeCompare(b, language)));
}

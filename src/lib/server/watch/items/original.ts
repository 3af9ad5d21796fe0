import type { Actor } from '#lib/domain/accounts/actor.ts';
import type { Language } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import type { App } from '#lib/server/app.ts';
import { plainPage } from '#lib/server/watch/extract/plain-page.ts';
import { problemText } from '#lib/server/watch/problem-text.ts';
import { snapshotOf } from '#lib/server/watch/store-snapshot.ts';
import { readWatch, seesWatch } from '#lib/server/watch/watch-actor.ts';

/** The snapshot that a text of an item was read from, as a page that can do nothing. Only the operator reads it. */
export async function originalOf(
  app: App,
  actor: Actor | null,
  asked: { item_id: string; revision_no: number; language: Language },
): Promise<string | null> {
  if (!seesWatch(actor)) return null;
  const snapshot = await readWatch(app, actor, async (tx) => {
    const row = await tx
      .selectFrom('item_revision')
      .select('snapshot_id')
      .where('item_id', '=', asked.item_id)
      .where('revision_no', '=', asked.revision_no)
      .executeTakeFirst();
    return row?.snapshot_id ? snapshotOf(tx, row.snapshot_id) : null;
  });
  if (!snapshot) return null;
  const shown = await app.watcher().reader.showOriginal(snapshot.bytes, snapshot.content_type);
  if (shown.ok && shown.html === '') return plainPage(textsOf(asked.language)('watch.item.original_file'));
  return shown.ok
    ? shown.html
    : plainPage(problemText({ code: shown.problem, params: {} }, textsOf(asked.language)));
}

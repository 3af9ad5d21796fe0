import { textsOf } from '#lib/i18n/texts.ts';
import { decodeCursor, encodeCursor } from '#lib/server/http/page.ts';
import { itemCursor, itemSources, listItems } from '#lib/server/watch/items/items.ts';
import { querySentence } from '#lib/server/watch/query-text.ts';
import { countSignals } from '#lib/server/watch/signals/signals.ts';
import { seesWatch } from '#lib/server/watch/watch-actor.ts';
import { parseItemsQuery } from './query.ts';
import type { PageServerLoad } from './$types';

const SHOWN = 50;

export const load: PageServerLoad = async ({ locals, url }) => {
  const { app, actor, language } = locals;
  const { q, source, from, to } = parseItemsQuery(url.searchParams);
  const cursor = decodeCursor(url.searchParams.get('after') ?? '', itemCursor);
  const after = cursor.ok ? cursor.key : null;
  const asked = { q, source_id: source ?? undefined, from: from ?? undefined, to: to ?? undefined, after };
  const [{ items, problems }, sources, counts] = await Promise.all([
    listItems(app, actor, { ...asked, limit: SHOWN }),
    itemSources(app, actor),
    countSignals(app, actor),
  ]);
  const shown = items.slice(0, SHOWN);
  const last = shown.at(-1);
  const text = textsOf(language);
  return {
    query: { q, source, from, to },
    items: shown,
    next: items.length > SHOWN && last ? encodeCursor([last.seen, last.id]) : null,
    sources,
    problems: problems.map((problem) => querySentence(problem, text)),
    open: counts.open,
    is_operator: seesWatch(actor),
  };
};

import { fail } from '@sveltejs/kit';
import { textsOf } from '#lib/i18n/texts.ts';
import { decodeCursor, encodeCursor } from '#lib/server/http/page.ts';
import { itemCursor, itemSources, listItems } from '#lib/server/watch/items/items.ts';
import { querySentence } from '#lib/server/watch/query-text.ts';
import { countSignals } from '#lib/server/watch/signals/signals.ts';
import { seesWatch } from '#lib/server/watch/watch-actor.ts';
import { QUERY_CHARACTERS_MAX } from '#lib/domain/watch/query.ts';
import { readerOf, writerOf } from '#lib/server/alerts/recipient.ts';
import { alertSentence } from '#lib/server/alerts/refusal.ts';
import { listSearches, SEARCH_NAME_MAX, saveSearch } from '#lib/server/alerts/searches/saved-searches.ts';
import { formText } from '#lib/ui/form-text.ts';
import { parseItemsQuery } from './query.ts';
import type { Actions, PageServerLoad } from './$types';

const SHOWN = 50;

export const load: PageServerLoad = async ({ locals, url }) => {
  const { app, actor, language } = locals;
  const { q, source, from, to } = parseItemsQuery(url.searchParams);
  const cursor = decodeCursor(url.searchParams.get('after') ?? '', itemCursor);
  const after = cursor.ok ? cursor.key : null;
  const asked = { q, source_id: source ?? undefined, from: from ?? undefined, to: to ?? undefined, after };
  const who = readerOf(actor);
  const [{ items, problems }, sources, counts, searches] = await Promise.all([
    listItems(app, actor, { ...asked, limit: SHOWN }),
    itemSources(app, actor),
    countSignals(app, actor),
    who ? listSearches(app, who) : [],
  ]);
  const shown = items.slice(0, SHOWN);
  const last = shown.at(-1);
  const text = textsOf(language);
  const names = new Map(
    sources.map(({ id, name, name_zh }) => [id, language === 'zh-CN' ? (name_zh ?? name) : name]),
  );
  return {
    query: { q, source, from, to },
    items: shown.map((item) => ({
      ...item,
      sightings: item.sightings.map((one) => ({ ...one, source: names.get(one.source_id) ?? one.source })),
    })),
    next: items.length > SHOWN && last ? encodeCursor([last.seen, last.id]) : null,
    sources: [...names].map(([id, name]) => ({ id, name })),
    problems: problems.map((problem) => querySentence(problem, text)),
    searches: searches.map(({ id, name, query }) => ({ id, name, query })),
    may_save: writerOf(actor) !== null,
    open: counts.open,
    is_operator: seesWatch(actor),
  };
};

export const actions: Actions = {
  save: async ({ locals, request }) => {
    const { app, actor, language } = locals;
    const text = textsOf(language);
    const who = writerOf(actor);
    if (!who) return fail(403, { name: '', message: text('alerts.page.no_right'), saved: null });
    const form = await request.formData();
    const name = formText(form, 'name').slice(0, SEARCH_NAME_MAX);
    const query = formText(form, 'query').slice(0, QUERY_CHARACTERS_MAX);
    if (name === '') return fail(422, { name, message: text('searches.error.name_missing'), saved: null });
    const result = await saveSearch(app, who, { name, query });
    if (result.ok) return { name: '', message: null, saved: name };
    const message =
      result.code === 'query'
        ? result.problems.map((problem) => querySentence(problem, text)).join(' ')
        : alertSentence(result, language);
    return fail(422, { name, message, saved: null });
  },
};

import { error, fail, redirect } from '@sveltejs/kit';
import { textsOf } from '#lib/i18n/texts.ts';
import { instrumentNames } from '#lib/server/rules/instrument-names.ts';
import { backtest } from '#lib/server/watch/pending/backtest.ts';
import { createPendingItem, pendingInput } from '#lib/server/watch/pending/write.ts';
import { watchRefusal, watchSentence } from '#lib/server/watch/refusal.ts';
import { mayWatch } from '#lib/server/watch/watch-actor.ts';
import type { Actions, PageServerLoad } from './$types';

type Values = Record<
  'slug' | 'title' | 'title_zh' | 'authority' | 'authority_zh' | 'instrument' | 'provision' | 'due_on' | 'q',
  string
>;
const TRIED_SHOWN_MAX = 20;

export const load: PageServerLoad = async ({ locals, url }) => {
  const { app, actor, language } = locals;
  if (!actor || mayWatch(actor)) error(403, textsOf(language)('watch.error.may_not_watch'));
  const values = valuesOf((name) => url.searchParams.get(name));
  const tried =
    values.q === '' ? null : await backtest(app, actor, { query: values.q, limit: TRIED_SHOWN_MAX });
  return {
    instruments: await instrumentNames(app, actor, { language }),
    values,
    tried: tried?.ok ? tried : null,
    refused: tried && !tried.ok ? watchSentence(tried, language) : null,
    places: tried && !tried.ok && tried.code === 'query' ? tried.problems : [],
  };
};

export const actions: Actions = {
  default: async ({ locals, request }) => {
    const { app, actor, language } = locals;
    if (!actor || mayWatch(actor)) error(403, textsOf(language)('watch.error.may_not_watch'));
    const form = await request.formData();
    const values = valuesOf((name) => form.get(name));
    const { q, ...rest } = values;
    const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== ''));
    const input = pendingInput.safeParse({ ...given, query: q });
    if (!input.success) {
      const field = String(input.error.issues[0]?.path[0] ?? '');
      return fail(422, { values, field, refused: refusalOf(field, values, language) });
    }
    const made = await createPendingItem(app, actor, input.data);
    if (!made.ok)
      return fail(422, { values, field: made.field ?? '', refused: watchSentence(made, language) });
    redirect(303, `/watch/pending/${made.item.slug}?saved=query`);
  },
};

function valuesOf(get: (name: string) => unknown): Values {
  const value = (name: string) => {
    const found = get(name);
    return typeof found === 'string' ? found.trim() : '';
  };
  return {
    slug: value('slug'),
    title: value('title'),
    title_zh: value('title_zh'),
    authority: value('authority'),
    authority_zh: value('authority_zh'),
    instrument: value('instrument'),
    provision: value('provision'),
    due_on: value('due_on'),
    q: value('q'),
  };
}

const NAMES = {
  title: 'watch.new.name',
  authority: 'watch.new.authority',
  query: 'watch.pending.query',
  provision: 'watch.new.provision',
} as const;

function refusalOf(field: string, values: Values, language: App.Locals['language']): string {
  const text = textsOf(language);
  if (field === 'slug') return watchSentence(watchRefusal('slug_invalid'), language);
  if (field === 'due_on') return watchSentence(watchRefusal('day_invalid', { day: values.due_on }), language);
  const name =
    field === 'authority' || field === 'query' || field === 'provision' ? NAMES[field] : NAMES.title;
  return text('watch.error.field_missing', { field: text(name) });
}

import { formText } from '#lib/ui/form-text.ts';
import { error, fail } from '@sveltejs/kit';
import { textsOf } from '#lib/i18n/texts.ts';
import { listExclusions, undoExclusion } from '#lib/server/alerts/exclusions.ts';
import { listBrowsers, vapidPair } from '#lib/server/alerts/push-browsers.ts';
import { readerOf, writerOf } from '#lib/server/alerts/recipient.ts';
import { alertSentence } from '#lib/server/alerts/refusal.ts';
import {
  createSubscription,
  deleteSubscription,
  listSubscriptions,
} from '#lib/server/alerts/subscriptions.ts';
import { namesOfTopics, topicChoices } from '#lib/server/alerts/topic-names.ts';
import { deleteSearch, listSearches } from '#lib/server/alerts/searches/saved-searches.ts';
import { readSubscriptionForm } from './subscription-form.ts';
import type { Actions, PageServerLoad } from './$types';

const SHOWN_MAX = 500;

export const load: PageServerLoad = async ({ locals }) => {
  const { app, actor, language } = locals;
  const who = readerOf(actor);
  if (!who) error(403, textsOf(language)('alerts.page.no_right'));
  const [rows, exclusions, searches, browsers, { public_key }, choices] = await Promise.all([
    listSubscriptions(app, who, { limit: SHOWN_MAX }),
    listExclusions(app, who),
    listSearches(app, who),
    listBrowsers(app, who),
    vapidPair(app),
    topicChoices(app, who, language),
  ]);
  const topics = [...rows.map(({ topic }) => topic), ...exclusions.map(({ lists }) => lists)];
  return {
    choices,
    names: await namesOfTopics(app, who, { topics, language }),
    subscriptions: rows.slice(0, SHOWN_MAX).map(({ id, of, topic, channels, mode }) => ({
      id,
      of,
      topic,
      searches: searches
        .filter((search) => topic.saved_searches?.includes(search.id))
        .map(({ name }) => name),
      is_narrow: topic.kinds !== null || topic.categories !== null || topic.districts !== null,
      channels: [...new Set(channels.map(({ kind }) => kind))],
      mode,
    })),
    exclusions,
    searches,
    push: { public_key, browsers },
    may_write: writerOf(actor) !== null,
    has_mail: app.mailer.is_configured,
  };
};

export const actions: Actions = {
  create: async ({ locals, request }) => {
    const { app, actor, language } = locals;
    const text = textsOf(language);
    const who = writerOf(actor);
    if (!who) return fail(403, { message: text('alerts.page.no_right') });
    const { channels, mode, quiet_hours, ...topic } = readSubscriptionForm(await request.formData());
    if (channels.length === 0) return fail(422, { message: text('alerts.subscriptions.no_channel') });
    const result = await createSubscription(app, who, {
      topic: { ...topic, kinds: null, categories: null, districts: null },
      channels: channels.map((kind) => ({ kind })),
      mode,
      quiet_hours,
      language,
    });
    return result.ok ? { message: null } : fail(422, { message: alertSentence(result, language) });
  },
  undo: async ({ locals, request }) => {
    const { app, actor, language } = locals;
    const who = writerOf(actor);
    if (!who) return fail(403, { message: textsOf(language)('alerts.page.no_right') });
    const result = await undoExclusion(app, who, formText(await request.formData(), 'id'));
    return result.ok ? { message: null } : fail(404, { message: alertSentence(result, language) });
  },
  forget: async ({ locals, request }) => {
    const { app, actor, language } = locals;
    const who = writerOf(actor);
    if (!who) return fail(403, { message: textsOf(language)('alerts.page.no_right') });
    const result = await deleteSearch(app, who, formText(await request.formData(), 'id'));
    return result.ok ? { message: null } : fail(409, { message: alertSentence(result, language) });
  },
  remove: async ({ locals, request }) => {
    const { app, actor, language } = locals;
    const who = writerOf(actor);
    if (!who) return fail(403, { message: textsOf(language)('alerts.page.no_right') });
    const id = formText(await request.formData(), 'id');
    const result = await deleteSubscription(app, who, id);
    return result.ok ? { message: null } : fail(404, { message: alertSentence(result, language) });
  },
};

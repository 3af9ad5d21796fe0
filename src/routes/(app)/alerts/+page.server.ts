import { formText } from '#lib/ui/form-text.ts';
import { error, fail } from '@sveltejs/kit';
import { isDay } from '#lib/domain/text/legal-day.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import {
  acknowledge,
  ALERT_STATES,
  changeAlerts,
  countAlerts,
  findAlert,
  listAlerts,
  type AlertState,
} from '#lib/server/alerts/alerts.ts';
import { readerOf, writerOf } from '#lib/server/alerts/recipient.ts';
import { alertSentence } from '#lib/server/alerts/refusal.ts';
import { EVENT_KINDS } from '#lib/server/events/append.ts';
import { readInboxQuery, type InboxView } from './query.ts';
import type { Actions, PageServerLoad } from './$types';

/** Newer ones push older ones off this page; the API lists all of them. */
const SHOWN_MAX = 100;

const STATES: Record<InboxView, readonly AlertState[] | undefined> = {
  open: ['unread', 'applicable', 'in_work'],
  done: ['done'],
  excluded: ['excluded'],
  all: undefined,
};

export const load: PageServerLoad = async ({ locals, url }) => {
  const { app, actor, language } = locals;
  const who = readerOf(actor);
  if (!who) error(403, textsOf(language)('alerts.page.no_right'));
  const query = readInboxQuery(url.searchParams);
  const [listed, counts] = await Promise.all([
    listAlerts(app, who, { limit: SHOWN_MAX, states: STATES[query.view], language }),
    countAlerts(app, who),
  ]);
  const alerts = listed
    .slice(0, SHOWN_MAX)
    .map(({ id, state, acknowledged_at, due_on, created_at, message }) => ({
      id,
      state,
      due_on,
      created_at,
      is_acknowledged: acknowledged_at !== null,
      title: message.title,
      changed: message.changed,
    }));
  const id = query.id ?? alerts[0]?.id ?? null;
  const opened = id === null ? null : await findAlert(app, who, { id, language });
  return {
    query: { ...query, id },
    alerts,
    counts,
    opened: opened?.ok ? { ...opened.alert, acts: opened.acts } : null,
    may_write: writerOf(actor) !== null,
    kinds: EVENT_KINDS,
  };
};

export const actions: Actions = {
  acknowledge: async ({ locals, request }) => {
    const { app, actor, language } = locals;
    const who = readerOf(actor);
    if (!who) return fail(403, { message: textsOf(language)('alerts.page.no_right') });
    const id = formText(await request.formData(), 'id');
    const result = await acknowledge(app, who, id);
    return result.ok ? { message: null } : fail(404, { message: alertSentence(result, language) });
  },
  change: async ({ locals, request }) => {
    const { app, actor, language } = locals;
    const who = writerOf(actor);
    if (!who) return fail(403, { message: textsOf(language)('alerts.page.no_right') });
    const form = await request.formData();
    const said = (name: string) => formText(form, name);
    const note = said('note');
    const state = ALERT_STATES.find((one) => one === said('state'));
    const result = await changeAlerts(app, who, [said('id')], {
      state,
      due_on: isDay(said('due_on')) ? said('due_on') : null,
      // One field for both: why it does not apply, or what a colleague should know.
      ...(state === 'excluded' ? { reason: note } : note === '' ? {} : { comment: note.slice(0, 4_000) }),
    });
    return result.ok ? { message: null } : fail(422, { message: alertSentence(result, language) });
  },
};

import { error, fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { membersOf, operatorMembers } from '#lib/server/accounts/members.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import {
  acknowledge,
  changeAlerts,
  countAlerts,
  findAlert,
  listAlerts,
  type AlertState,
} from '#lib/server/alerts/alerts.ts';
import { acceptExclusion, EXCLUSION_SCOPES, proposeExclusions } from '#lib/server/alerts/exclusions.ts';
import { readerOf, writerOf } from '#lib/server/alerts/recipient.ts';
import { alertSentence } from '#lib/server/alerts/refusal.ts';
import { namesOfTopics } from '#lib/server/alerts/topic-names.ts';
import { EVENT_KINDS } from '#lib/server/events/append.ts';
import { writePosition } from '#lib/server/events/position.ts';
import { endOfSpine } from '#lib/server/events/read.ts';
import { readAlertChange, readAlertIds } from './change-form.ts';
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
  // Read before the list: what happens in between is then told twice rather than never.
  const cursor = writePosition(await endOfSpine(app.db));
  const [listed, counts, members] = await Promise.all([
    listAlerts(app, who, { limit: SHOWN_MAX, states: STATES[query.view], language }),
    countAlerts(app, who),
    who.firm ? membersOf(app, who.firm.id) : operatorMembers(app),
  ]);
  const alerts = listed
    .slice(0, SHOWN_MAX)
    .map(({ id, state, owner_id, acknowledged_at, escalated_to, due_on, created_at, message }) => ({
      id,
      state,
      owner_id,
      due_on,
      created_at,
      is_acknowledged: acknowledged_at !== null,
      escalated_to,
      title: message.title,
      changed: message.changed,
    }));
  const id = query.id ?? alerts[0]?.id ?? null;
  const opened = id === null ? null : await findAlert(app, who, { id, language });
  const may_write = writerOf(actor) !== null;
  const proposals = opened?.ok && may_write ? await proposeExclusions(app, who, opened.alert.id) : [];
  const topics = proposals.map(({ lists }) => lists);
  return {
    names: await namesOfTopics(app, who, { topics, language }),
    query: { ...query, id },
    alerts,
    counts,
    opened: opened?.ok ? { ...opened.alert, acts: opened.acts } : null,
    proposals,
    may_write,
    has_firm: who.firm !== null,
    // Somebody with two roles is one person.
    people: [...new Map(members.map(({ user_id, name }) => [user_id, { id: user_id, name }])).values()],
    kinds: EVENT_KINDS,
    cursor,
  };
};

export const actions: Actions = {
  acknowledge: async ({ locals, request }) => {
    const { app, actor, language } = locals;
    const who = readerOf(actor);
    if (!who) return fail(403, { message: textsOf(language)('alerts.page.no_right') });
    const [id] = readAlertIds(await request.formData());
    if (!id) return fail(404, { message: textsOf(language)('alerts.error.alert_unknown') });
    const result = await acknowledge(app, who, id);
    return result.ok ? { message: null } : fail(404, { message: alertSentence(result, language) });
  },
  exclude: async ({ locals, request }) => {
    const { app, actor, language } = locals;
    const who = writerOf(actor);
    if (!who) return fail(403, { message: textsOf(language)('alerts.page.no_right') });
    const form = await request.formData();
    const [alert_id] = readAlertIds(form);
    const scope = EXCLUSION_SCOPES.find((one) => one === form.get('scope'));
    if (!alert_id || !scope)
      return fail(422, { message: textsOf(language)('exclusions.error.nothing_to_exclude') });
    const result = await acceptExclusion(app, who, { alert_id, scope });
    if (!result.ok) return fail(422, { message: alertSentence(result, language) });
    redirect(303, '/alerts/subscriptions');
  },
  change: (event) => change(event),
  bulk: (event) => change(event),
};

/** Of the alert that is open, or of all that are ticked. */
async function change({ locals, request }: RequestEvent) {
  const { app, actor, language } = locals;
  const who = writerOf(actor);
  if (!who) return fail(403, { message: textsOf(language)('alerts.page.no_right') });
  const form = await request.formData();
  const ids = readAlertIds(form);
  if (ids.length === 0) return fail(422, { message: textsOf(language)('alerts.page.none_chosen') });
  const result = await changeAlerts(app, who, ids, readAlertChange(form));
  return result.ok ? { message: null } : fail(422, { message: alertSentence(result, language) });
}

import { error, fail, redirect } from '@sveltejs/kit';
import { SIGNAL_DECISIONS } from '#lib/domain/watch/pending-item.ts';
import { namedIn } from '#lib/i18n/watch-names.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { instrumentNames } from '#lib/server/rules/instrument-names.ts';
import { ruleSentence } from '#lib/server/rules/refusal.ts';
import { mayDraft } from '#lib/server/rules/rule-actor.ts';
import { itemSources } from '#lib/server/watch/items/items.ts';
import { allPendingItems } from '#lib/server/watch/pending/pending-items.ts';
import { watchSentence } from '#lib/server/watch/refusal.ts';
import { decideSignal, suggestionsFor } from '#lib/server/watch/signals/decide.ts';
import { openDraft } from '#lib/server/watch/signals/open-draft.ts';
import { undoDecisions } from '#lib/server/watch/signals/undo.ts';
import { countSignals, findSignal, listSignals } from '#lib/server/watch/signals/signals.ts';
import { mayWatch, seesWatch } from '#lib/server/watch/watch-actor.ts';
import { isUuid } from '#lib/domain/text/uuid.ts';
import { inboxQuery, parseInboxQuery } from './query.ts';
import type { Actions, PageServerLoad } from './$types';

/** As many as are decided in one sitting; the next ones follow as these are done. */
const SHOWN_MAX = 100;
const OUTCOMES = [...SIGNAL_DECISIONS, 'undone'] as const;

export const load: PageServerLoad = async ({ locals, url }) => {
  const { app, actor, language } = locals;
  if (!actor || !seesWatch(actor)) error(403, textsOf(language)('watch.signals.operators_only'));
  const query = parseInboxQuery(url.searchParams);
  const dismissed = parseInboxQuery(new URLSearchParams({ at: url.searchParams.get('dismissed') ?? '' })).at;
  const state = query.view === 'archive' ? 'open' : query.view;
  const from_archive = query.view === 'archive' ? true : query.view === 'open' ? false : undefined;
  const [rows, counts, of_pending, pending, asked, suggested, sources] = await Promise.all([
    listSignals(app, actor, {
      state,
      from_archive,
      pending_item: query.pending ?? undefined,
      order: query.order,
      limit: SHOWN_MAX,
    }),
    countSignals(app, actor),
    query.pending ? countSignals(app, actor, query.pending) : null,
    allPendingItems(app, actor),
    query.at ? findSignal(app, actor, query.at) : null,
    dismissed ? suggestionsFor(app, actor, dismissed) : null,
    itemSources(app, actor),
  ]);
  const signals = rows.slice(0, SHOWN_MAX);
  const current = asked ?? signals[0] ?? null;
  const names = new Map(sources.map(({ name, name_zh }) => [name, namedIn(language, name, name_zh)]));
  const named = (signal: { sources: readonly string[] }) => ({
    sources: signal.sources.map((name) => names.get(name) ?? name),
  });
  return {
    query,
    counts,
    /** Of the lists as they are narrowed. */
    listed: of_pending ?? counts,
    signals: signals.map(({ excerpts: _excerpts, ...signal }) => ({ ...signal, ...named(signal) })),
    has_more: rows.length > SHOWN_MAX,
    current: current && { ...current, ...named(current) },
    pending: pending.map(({ slug, title, title_zh }) => ({ slug, title, title_zh })),
    may_write: mayWatch(actor) === null,
    may_draft: mayDraft(actor) === null,
    instruments: current?.state === 'confirmed' ? await instrumentNames(app, actor, { language }) : {},
    outcome: outcomeOf(url.searchParams),
    suggested,
  };
};

export const actions: Actions = {
  decide: async ({ locals, request, url }) => {
    const { app, actor, language } = locals;
    if (!actor || mayWatch(actor)) error(403, textsOf(language)('watch.error.may_not_watch'));
    const form = await request.formData();
    const decision = SIGNAL_DECISIONS.find((one) => one === form.get('decision'));
    const ids = [...new Set(form.getAll('id').filter((id) => typeof id === 'string'))].slice(0, SHOWN_MAX);
    const reason = form.get('reason');
    if (!decision || ids.length === 0)
      return fail(422, { refused: textsOf(language)('watch.signals.none_chosen') });
    for (const id of ids) {
      const given = typeof reason === 'string' && reason.trim() !== '' ? reason.trim().slice(0, 2000) : null;
      const decided = await decideSignal(app, actor, id, { decision, reason: given });
      if (!decided.ok) return fail(422, { refused: watchSentence(decided, language) });
    }
    const query = parseInboxQuery(url.searchParams);
    const next = new URLSearchParams(inboxQuery({ ...query, at: nextOf(form.getAll('order'), ids) }));
    next.set('did', decision);
    for (const id of ids) next.append('of', id);
    if (decision === 'dismissed' && ids.length === 1) next.set('dismissed', ids[0] ?? '');
    redirect(303, `/watch/signals?${next.toString()}`);
  },
  undo: async ({ locals, request, url }) => {
    const { app, actor, language } = locals;
    if (!actor || mayWatch(actor)) error(403, textsOf(language)('watch.error.may_not_watch'));
    const ids = uuidsIn((await request.formData()).getAll('id'));
    const undone = await undoDecisions(app, actor, ids);
    if (!undone.ok) return fail(422, { refused: watchSentence(undone, language) });
    if (undone.undone === 0) return fail(409, { refused: textsOf(language)('watch.signals.not_undone') });
    const at = ids.length === 1 ? (ids[0] ?? null) : null;
    const next = new URLSearchParams(inboxQuery({ ...parseInboxQuery(url.searchParams), at }));
    next.set('did', 'undone');
    next.set('n', String(undone.undone));
    redirect(303, `/watch/signals?${next.toString()}`);
  },
  draft: async ({ locals, request }) => {
    const { app, actor, language } = locals;
    const refusal = actor && mayDraft(actor);
    if (!actor || refusal) error(403, refusal ? ruleSentence(refusal, language) : undefined);
    const form = await request.formData();
    const [id, instrument] = [form.get('id'), form.get('instrument')];
    const slug = typeof instrument === 'string' && instrument.trim() !== '' ? instrument.trim() : undefined;
    const opened = await openDraft(app, actor, typeof id === 'string' ? id : '', { instrument: slug });
    if (opened.ok) redirect(303, `/rules/drafts/${opened.version_id}`);
    const refused =
      opened.of === 'rules'
        ? ruleSentence(opened.refusal, language)
        : watchSentence(opened.refusal, language);
    return fail(422, { refused });
  },
};

/** What was just done, as the address says it; null where it says nothing. */
function outcomeOf(params: URLSearchParams) {
  const did = OUTCOMES.find((one) => one === params.get('did'));
  const ids = uuidsIn(params.getAll('of'));
  return did ? { did, ids, count: did === 'undone' ? Number(params.get('n')) || 0 : ids.length } : null;
}

function uuidsIn(values: readonly FormDataEntryValue[]): string[] {
  return values.flatMap((id) => (typeof id === 'string' && isUuid(id) ? [id] : [])).slice(0, SHOWN_MAX);
}

/** The first signal behind those that were decided, so that the hand stays where it is. */
function nextOf(order: readonly FormDataEntryValue[], decided: readonly string[]): string | null {
  const last = Math.max(...decided.map((id) => order.indexOf(id)));
  const rest = [...order.slice(last + 1), ...order.slice(0, Math.max(0, last))];
  return rest.filter((id) => typeof id === 'string').find((id) => !decided.includes(id)) ?? null;
}

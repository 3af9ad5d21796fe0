import { error, fail, redirect } from '@sveltejs/kit';
import { PENDING_STATES } from '#lib/domain/watch/pending-item.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { referenceText } from '#lib/server/reference/pending-data.ts';
import { instrumentNames } from '#lib/server/rules/instrument-names.ts';
import { backtest } from '#lib/server/watch/pending/backtest.ts';
import { moveInput, movePendingItem } from '#lib/server/watch/pending/move.ts';
import { findPendingItem } from '#lib/server/watch/pending/pending-items.ts';
import { editPendingItem, pendingPatch } from '#lib/server/watch/pending/write.ts';
import { watchRefusal, watchSentence } from '#lib/server/watch/refusal.ts';
import { listSignals } from '#lib/server/watch/signals/signals.ts';
import { mayWatch, seesWatch } from '#lib/server/watch/watch-actor.ts';
import type { Actions, PageServerLoad } from './$types';

const TRIED_SHOWN_MAX = 20;
const NEWS_SHOWN_MAX = 50;

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const { app, actor, language } = locals;
  const { slug } = params;
  const typed = url.searchParams.get('q')?.trim() || null;
  const may_write = actor !== null && mayWatch(actor) === null;
  const [found, news, tried] = await Promise.all([
    findPendingItem(app, actor, slug),
    listSignals(app, actor, { state: 'confirmed', pending_item: slug, limit: NEWS_SHOWN_MAX }),
    actor && typed !== null && may_write
      ? backtest(app, actor, { query: typed, limit: TRIED_SHOWN_MAX })
      : null,
  ]);
  if (!found) error(404, textsOf(language)('watch.error.pending_unknown', { slug }));
  const slugs = found.item.instrument ? [found.item.instrument] : [];
  return {
    instruments: await instrumentNames(app, actor, { slugs, language }),
    item: {
      ...found.item,
      note: referenceText(found.item.note, language),
      reference_source: referenceText(found.item.reference_source, language),
    },
    moves: found.moves,
    news: news.slice(0, NEWS_SHOWN_MAX),
    is_operator: seesWatch(actor),
    may_write,
    typed,
    tried: tried?.ok ? tried : null,
    refused: tried && !tried.ok ? watchSentence(tried, language) : null,
    places: tried && !tried.ok && tried.code === 'query' ? tried.problems : [],
    saved: url.searchParams.get('saved'),
  };
};

export const actions: Actions = {
  query: async ({ locals, params, request }) => {
    writer(locals);
    const form = await request.formData();
    const patch = { query: textOf(form, 'q') ?? '', query_was: textOf(form, 'query_was') ?? undefined };
    return edited(locals, params.slug, patch);
  },
  details: async ({ locals, params, request }) => {
    writer(locals);
    const form = await request.formData();
    const patch = {
      owner: textOf(form, 'owner'),
      due_on: textOf(form, 'due_on'),
      note: textOf(form, 'note'),
    };
    return edited(locals, params.slug, patch);
  },
  move: async ({ locals, params, request }) => {
    const actor = writer(locals);
    const form = await request.formData();
    const state = PENDING_STATES.find((one) => one === form.get('to_state'));
    const input = moveInput.safeParse({
      to_state: state,
      evidence: {
        [evidenceKind(form)]: textOf(form, 'evidence') ?? textOf(form, 'evidence_id') ?? undefined,
      },
      note: textOf(form, 'note'),
    });
    const { app, language } = locals;
    if (!input.success)
      return fail(422, { of: 'move', refused: watchSentence(watchRefusal('evidence_unknown'), language) });
    const moved = await movePendingItem(app, actor, params.slug, input.data);
    if (!moved.ok) return fail(422, { of: 'move', refused: watchSentence(moved, language) });
    redirect(303, `/watch/pending/${params.slug}?saved=move`);
  },
};

/** Whoever may write; others are refused before their form is read. */
function writer({ actor, language }: App.Locals) {
  if (!actor || mayWatch(actor)) error(403, textsOf(language)('watch.error.may_not_watch'));
  return actor;
}

/** What is chosen from the list is an item; what is pasted says what it is. */
function evidenceKind(form: FormData): string {
  if (textOf(form, 'evidence') !== null) return 'item_id';
  return form.get('evidence_kind') === 'document' ? 'document_id' : 'snapshot_id';
}

async function edited(locals: App.Locals, slug: string, patch: Record<string, unknown>) {
  const { app, language } = locals;
  const actor = writer(locals);
  const text = textsOf(language);
  const input = pendingPatch.safeParse(patch);
  const of = 'query' in patch ? 'query' : 'details';
  if (!input.success) {
    const field = String(input.error.issues[0]?.path[0] ?? '');
    const refused =
      field === 'due_on'
        ? text('watch.error.day_invalid', { day: String(patch.due_on) })
        : text('watch.error.field_missing', { field: text('watch.pending.query') });
    return fail(422, { of, refused });
  }
  const written = await editPendingItem(app, actor, slug, input.data);
  if (!written.ok) return fail(422, { of, refused: watchSentence(written, language) });
  return redirect(303, `/watch/pending/${slug}?saved=${of}`);
}

function textOf(form: FormData, name: string): string | null {
  const value = form.get(name);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

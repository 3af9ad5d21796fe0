import { AWAITED_STATES } from '#lib/domain/watch/pending-item.ts';
import { instrumentNames } from '#lib/server/rules/instrument-names.ts';
import { allPendingItems } from '#lib/server/watch/pending/pending-items.ts';
import { countSignals } from '#lib/server/watch/signals/signals.ts';
import { mayWatch, seesWatch } from '#lib/server/watch/watch-actor.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
  const { app, actor, language } = locals;
  const [items, signals] = await Promise.all([allPendingItems(app, actor), countSignals(app, actor)]);
  const slugs = items.flatMap(({ instrument }) => instrument ?? []);
  return {
    instruments: await instrumentNames(app, actor, { slugs, language }),
    is_operator: seesWatch(actor),
    may_write: actor !== null && mayWatch(actor) === null,
    signals,
    awaited: items.filter(({ state }) => AWAITED_STATES.includes(state)),
    ended: items.filter(({ state }) => !AWAITED_STATES.includes(state)),
  };
};

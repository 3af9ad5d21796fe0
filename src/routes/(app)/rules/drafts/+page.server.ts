import { error } from '@sveltejs/kit';
import { textsOf } from '#lib/i18n/texts.ts';
import { listVersions } from '#lib/server/rules/lists.ts';
import { mayDecide, mayDraft, seesDrafts } from '#lib/server/rules/rule-actor.ts';
import { actsOfVersions } from '#lib/server/rules/acts.ts';
import { ruleSetting } from '#lib/server/rules/setting.ts';
import { nextStep } from './next-step.ts';
import type { PageServerLoad } from './$types';

/** More open texts than an office works on. */
const OPEN_SHOWN_MAX = 200;
const DONE_SHOWN_MAX = 20;

export const load: PageServerLoad = async ({ locals }) => {
  const { app, actor, language } = locals;
  if (!actor || !seesDrafts(actor)) error(403, textsOf(language)('rules.drafts.operators_only'));
  const [open, done, setting] = await Promise.all([
    listVersions(app, actor, { workflow: ['draft', 'approved'], limit: OPEN_SHOWN_MAX }),
    listVersions(app, actor, { workflow: ['published', 'withdrawn'], limit: DONE_SHOWN_MAX }),
    ruleSetting(app, actor),
  ]);
  const versions = [...open.slice(0, OPEN_SHOWN_MAX), ...done.slice(0, DONE_SHOWN_MAX)];
  const acts = await actsOfVersions(
    app,
    actor,
    versions.map(({ id }) => id),
  );
  const me = {
    id: actor.id,
    drafts: mayDraft(actor) === null,
    decides: mayDecide(actor) === null,
    allows_one_person: setting.ok && setting.setting.allows_one_person,
  };
  const rows = versions.map(({ id, instrument_slug, label, title, workflow, valid_from }) => {
    const own = acts.get(id) ?? [];
    const last = own.at(-1);
    return {
      id,
      slug: instrument_slug,
      label,
      title,
      workflow,
      valid_from,
      writers: [...new Set(own.filter(isWriting).map(({ actor: by }) => by.name))],
      is_reference: own.some((act) => isWriting(act) && act.actor.kind === 'reference'),
      changed: last ? { act: last.act, name: last.actor.name, kind: last.actor.kind, at: last.at } : null,
      next: nextStep({ workflow, writer_ids: own.filter(isWriting).map(({ actor: by }) => by.id) }, me),
    };
  });
  return { may_draft: me.drafts, rows };
};

function isWriting({ act }: { act: string }): boolean {
  return act === 'drafted' || act === 'edited';
}

import { error, fail, redirect } from '@sveltejs/kit';
import { textsOf } from '#lib/i18n/texts.ts';
import { formProblems } from '#lib/server/accounts/refusal.ts';
import {
  askForDeletion,
  deletionOf,
  GRACE_DAYS,
  takeDeletionBack,
} from '#lib/server/data-rights/deletion.ts';
import {
  KEEP_DAYS_MAX,
  KEEP_DAYS_MIN,
  keepFor,
  readKeepDays,
  RETAINED_KINDS,
  retentionOf,
} from '#lib/server/data-rights/retention.ts';
import { formText } from '#lib/ui/form-text.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { firm } = ownerOf(locals);
  const [delete_after, retention] = await Promise.all([
    deletionOf(locals.app, firm.id),
    retentionOf(locals.app, firm.id),
  ]);
  return {
    ...{ firm: firm.name, slug: firm.slug, delete_after, grace_days: GRACE_DAYS },
    retention: RETAINED_KINDS.map((kind) => ({ kind, days: retention[kind] })),
    is_done: url.searchParams.has('done'),
  };
};

export const actions: Actions = {
  keep: async ({ locals, request }) => {
    const { firm } = ownerOf(locals);
    const form = await request.formData();
    const written = RETAINED_KINDS.map((kind) => ({ kind, days: formText(form, kind) }));
    const read = written.map(({ kind, days }) => ({ kind, days: readKeepDays(days) }));
    const range = { min: KEEP_DAYS_MIN, max: KEEP_DAYS_MAX };
    const problem = textsOf(locals.language)('data.keep_problem', range);
    const errors = Object.fromEntries(
      read.flatMap(({ kind, days }) => (days === undefined ? [[kind, problem]] : [])),
    );
    if (Object.keys(errors).length > 0) return fail(400, { written, errors });
    const before = await retentionOf(locals.app, firm.id);
    const changed = read.flatMap(({ kind, days = null }) => (before[kind] === days ? [] : [{ kind, days }]));
    for (const { kind, days } of changed) await keepFor(locals.app, firm.id, kind, days);
    locals.audit = {
      detail: Object.fromEntries(changed.map(({ kind, days }) => [kind, days === null ? '∞' : String(days)])),
    };
    redirect(303, '/settings/data?done=1');
  },
  delete: async ({ locals, request }) => {
    const { firm, user_id } = ownerOf(locals);
    const typed = formText(await request.formData(), 'typed');
    const asked = await askForDeletion(locals.app, { firm, by: user_id, typed });
    if (!asked.ok) return fail(400, { written: null, ...formProblems([asked], locals.language) });
    redirect(303, '/settings/data?done=1');
  },
  undelete: async ({ locals }) => {
    const { firm } = ownerOf(locals);
    await takeDeletionBack(locals.app, firm.id);
    redirect(303, '/settings/data?done=1');
  },
};

function ownerOf({ actor, language, request_id }: App.Locals) {
  if (actor?.kind !== 'person') redirect(303, '/login?next=/settings/data');
  if (!actor.firm || !actor.firm_scopes.includes('admin'))
    error(403, { message: textsOf(language)('accounts.request.not_allowed'), request_id });
  return { firm: actor.firm, user_id: actor.id };
}

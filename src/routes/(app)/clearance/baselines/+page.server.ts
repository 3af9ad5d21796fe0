import { error, fail, redirect } from '@sveltejs/kit';
import { readBaseline, type BaselineProblem } from '#lib/domain/clearance/baseline-form.ts';
import type { TextKey } from '#lib/i18n/text.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { baselines, changeBaseline, recordBaseline } from '#lib/server/clearance/baselines.ts';
import type { Actions, PageServerLoad } from './$types';

const PROBLEM = {
  missing: 'baselines.problem.missing',
  too_long: 'baselines.problem.too_long',
  not_hours: 'baselines.problem.not_hours',
  not_a_range: 'baselines.problem.not_a_range',
  not_a_day: 'baselines.problem.not_a_day',
  backwards: 'baselines.problem.backwards',
  not_an_address: 'baselines.problem.not_an_address',
  derivation_missing: 'baselines.problem.derivation_missing',
  never_default: 'baselines.problem.never_default',
} satisfies Record<BaselineProblem, TextKey>;

export const load: PageServerLoad = async ({ locals }) => {
  const { app, actor, language } = locals;
  const may_read = [...(actor?.firm_scopes ?? []), ...(actor?.operator_scopes ?? [])].includes(
    'clearance:read',
  );
  if (!may_read) error(403, textsOf(language)('baselines.not_allowed'));
  return {
    baselines: await baselines(app.db),
    may_keep: actor?.operator_scopes.includes('clearance:write') ?? false,
  };
};

export const actions: Actions = {
  record: async ({ locals, request }) => {
    const recorded_by = keeperOf(locals);
    const form = await request.formData();
    const typed = (field: string) => {
      const value = form.get(field);
      return typeof value === 'string' ? value : '';
    };
    const read = readBaseline(typed);
    if (!read.ok) {
      const text = textsOf(locals.language);
      const errors = Object.fromEntries(
        Object.entries(read.problems).map(([field, problem]) => [field, text(PROBLEM[problem])]),
      );
      return fail(400, {
        errors,
        values: Object.fromEntries([...form.keys()].map((name) => [name, typed(name)])),
      });
    }
    await recordBaseline(locals.app.db, { ...read.baseline, recorded_by });
    redirect(303, '/clearance/baselines');
  },
  make_default: async ({ locals, request }) => {
    keeperOf(locals);
    const id = (await request.formData()).get('id');
    if (typeof id === 'string') await changeBaseline(locals.app.db, id, { is_default: true });
    redirect(303, '/clearance/baselines');
  },
};

/** The analyst who asks; whoever else comes here is told so. */
function keeperOf({ actor, language }: App.Locals): string {
  if (!actor?.operator_scopes.includes('clearance:write'))
    error(403, textsOf(language)('baselines.analysts_only'));
  return actor.id;
}

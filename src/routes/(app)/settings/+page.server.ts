import { fail, redirect } from '@sveltejs/kit';
import { textsOf } from '#lib/i18n/texts.ts';
import { changeClearanceSettings, clearanceSettings, readMinN } from '#lib/server/clearance/settings.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { app, actor } = locals;
  const firm = actor?.firm_scopes.includes('clearance:read') ? actor.firm : null;
  return {
    hours: firm && (await clearanceSettings(app, firm)),
    may_set_hours: actor?.firm_scopes.includes('clearance:write') ?? false,
    is_saved: url.searchParams.get('saved') === 'hours',
  };
};

export const actions: Actions = {
  hours: async ({ locals, request }) => {
    const { app, actor, language } = locals;
    const text = textsOf(language);
    if (!actor?.firm || !actor.firm_scopes.includes('clearance:write'))
      return fail(403, { min_n: '', error: text('clearance.import.not_allowed') });
    const typed = (await request.formData()).get('min_n');
    const written = typeof typed === 'string' ? typed : '';
    const min_n = readMinN(written);
    if (min_n === null) return fail(400, { min_n: written, error: text('settings.min_n_problem') });
    await changeClearanceSettings(app, actor.firm, { min_n });
    redirect(303, '/settings?saved=hours#hours');
  },
};

import { error, fail, redirect } from '@sveltejs/kit';
import { textsOf } from '#lib/i18n/texts.ts';
import { requireSecondFactor, requiresSecondFactor } from '#lib/server/accounts/firms.ts';
import { keepOidc, oidcSettings, removeOidc } from '#lib/server/accounts/oidc.ts';
import { formProblems } from '#lib/server/accounts/refusal.ts';
import { signInMeans } from '#lib/server/accounts/sign-in-means.ts';
import { formText } from '#lib/ui/form-text.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { firm, user_id } = ownerOf(locals);
  const [oidc, required, own] = await Promise.all([
    oidcSettings(locals.app, firm.id),
    requiresSecondFactor(locals.app, firm.id),
    signInMeans(locals.app, user_id),
  ]);
  return {
    firm: firm.name,
    slug: firm.slug,
    oidc,
    required,
    has_own_factor: own.has_second_factor,
    redirect_uri: `${url.origin}/sso/callback`,
    is_done: url.searchParams.has('done'),
  };
};

export const actions: Actions = {
  require: async ({ locals, request }) => {
    const { firm, user_id } = ownerOf(locals);
    const wanted = formText(await request.formData(), 'required') === '1';
    // Whoever asks for it has to have one: else they shut themselves out.
    if (wanted && !(await signInMeans(locals.app, user_id)).has_second_factor)
      return fail(400, {
        values: null,
        message: textsOf(locals.language)('security.require.own_first'),
        errors: {},
      });
    await requireSecondFactor(locals.app, firm.id, wanted);
    redirect(303, '/settings/sign-in?done=1');
  },
  oidc: async ({ locals, request }) => {
    const { firm } = ownerOf(locals);
    const form = await request.formData();
    const [issuer = '', client_id = '', domain = ''] = ['issuer', 'client_id', 'domain'].map((name) =>
      formText(form, name),
    );
    const values = { issuer, client_id, domain };
    const kept = await keepOidc(locals.app, firm.id, {
      ...values,
      client_secret: formText(form, 'client_secret'),
    });
    if (!kept.ok) return fail(400, { values, ...formProblems([kept], locals.language) });
    redirect(303, '/settings/sign-in?done=1');
  },
  remove: async ({ locals }) => {
    const { firm } = ownerOf(locals);
    await removeOidc(locals.app, firm.id);
    redirect(303, '/settings/sign-in?done=1');
  },
};

function ownerOf({ actor, language, request_id }: App.Locals) {
  if (actor?.kind !== 'person') redirect(303, '/login?next=/settings/sign-in');
  if (!actor.firm || !actor.firm_scopes.includes('admin'))
    error(403, { message: textsOf(language)('accounts.request.not_allowed'), request_id });
  return { firm: actor.firm, user_id: actor.id };
}

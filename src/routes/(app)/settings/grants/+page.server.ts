import { error, fail, redirect } from '@sveltejs/kit';
import { textsOf } from '#lib/i18n/texts.ts';
import { GRANT_ROLES, grantFirm, grantsOf, revokeGrant } from '#lib/server/accounts/grants.ts';
import { formProblems } from '#lib/server/accounts/refusal.ts';
import { formText } from '#lib/ui/form-text.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
  const { firm } = ownerOf(locals);
  return { firm: firm.name, slug: firm.slug, roles: GRANT_ROLES, ...(await grantsOf(locals.app, firm.id)) };
};

export const actions: Actions = {
  give: async ({ locals, request }) => {
    const { firm, user_id } = ownerOf(locals);
    const form = await request.formData();
    const values = { grantee: formText(form, 'grantee').toLowerCase(), role: formText(form, 'role') };
    const given = await grantFirm(locals.app, {
      ...{ firm_slug: firm.slug, grantee_slug: values.grantee, role: values.role, granted_by: user_id },
    });
    if (!given.ok) return fail(400, { values, ...formProblems([given], locals.language) });
    redirect(303, '/settings/grants');
  },
  end: async ({ locals, request }) => {
    const { firm } = ownerOf(locals);
    const grantee_slug = formText(await request.formData(), 'grantee');
    const ended = await revokeGrant(locals.app, { firm_slug: firm.slug, grantee_slug });
    if (!ended.ok) return fail(400, { values: null, ...formProblems([ended], locals.language) });
    redirect(303, '/settings/grants');
  },
};

function ownerOf({ actor, language, request_id }: App.Locals) {
  if (actor?.kind !== 'person') redirect(303, '/login?next=/settings/grants');
  if (!actor.firm || !actor.firm_scopes.includes('admin'))
    error(403, { message: textsOf(language)('accounts.request.not_allowed'), request_id });
  return { firm: actor.firm, user_id: actor.id };
}

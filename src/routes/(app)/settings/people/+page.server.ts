import { error, fail, redirect } from '@sveltejs/kit';
import { FIRM_ROLES, OPERATOR_ROLES } from '#lib/domain/accounts/actor.ts';
import { whoseOf } from '#lib/domain/accounts/whose.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { invite, openInvitations, revokeInvitation } from '#lib/server/accounts/invitations.ts';
import {
  changeRole,
  membersOf,
  operatorMembers,
  removeMember,
  removeOperatorRole,
  transferOwnership,
} from '#lib/server/accounts/members.ts';
import { formProblems, type Refusal } from '#lib/server/accounts/refusal.ts';
import {
  endSupportAccess,
  giveSupportAccess,
  standingSupport,
  SUPPORT_HOURS,
} from '#lib/server/accounts/support.ts';
import { formText } from '#lib/ui/form-text.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { firm, has_both, me } = keeper(locals, url);
  const [members, invitations, support] = await Promise.all([
    firm ? membersOf(locals.app, firm.id) : operatorMembers(locals.app),
    openInvitations(locals.app, firm?.id ?? null),
    firm ? standingSupport(locals.app, firm.id) : [],
  ]);
  return {
    firm: firm?.name ?? null,
    has_both,
    me: me.id,
    members,
    invitations,
    support,
    support_hours: SUPPORT_HOURS,
    roles: firm ? FIRM_ROLES : OPERATOR_ROLES,
    is_done: url.searchParams.get('done') === '1',
  };
};

export const actions: Actions = {
  invite: async ({ locals, request, url }) => {
    const { firm, me } = keeper(locals, url);
    const form = await request.formData();
    const values = { email: formText(form, 'email'), role: formText(form, 'role') };
    const { origin } = url;
    const invited = await invite(
      locals.app,
      { firm, by: me },
      { ...values, language: locals.language, origin },
    );
    if (!invited.ok) return fail(400, { values, ...formProblems([invited], locals.language) });
    return { invited: { email: values.email, link: invited.link, is_mailed: invited.is_mailed } };
  },
  uninvite: async ({ locals, request, url }) => {
    const { firm } = keeper(locals, url);
    const id = formText(await request.formData(), 'id');
    return settled(await revokeInvitation(locals.app, firm?.id ?? null, id), locals, url);
  },
  role: async ({ locals, request, url }) => {
    const { firm } = keeper(locals, url);
    const form = await request.formData();
    const given = { user_id: formText(form, 'id'), role: formText(form, 'role') };
    if (!firm) error(404, textsOf(locals.language)('accounts.request.not_found'));
    return settled(await changeRole(locals.app, firm.id, given), locals, url);
  },
  remove: async ({ locals, request, url }) => {
    const { firm, me } = keeper(locals, url);
    const form = await request.formData();
    const id = formText(form, 'id');
    if (!firm) {
      const given = { user_id: id, role: formText(form, 'role') };
      return settled(await removeOperatorRole(locals.app, given), locals, url);
    }
    const removed = await removeMember(locals.app, firm.id, id);
    if (removed.ok && id === me.id) redirect(303, '/overview');
    return settled(removed, locals, url);
  },
  transfer: async ({ locals, request, url }) => {
    const { firm, me } = keeper(locals, url);
    const to = formText(await request.formData(), 'id');
    if (!firm) error(404, textsOf(locals.language)('accounts.request.not_found'));
    const handed = await transferOwnership(locals.app, firm.id, { from: me.id, to });
    if (handed.ok) redirect(303, '/settings');
    return settled(handed, locals, url);
  },
  support: async ({ locals, request, url }) => {
    const { firm, me } = keeper(locals, url);
    const form = await request.formData();
    const given = { hours: Number(formText(form, 'hours')), reason: formText(form, 'reason') };
    if (!firm) error(404, textsOf(locals.language)('accounts.request.not_found'));
    return settled(
      await giveSupportAccess(locals.app, { firm_id: firm.id, by: me.id, ...given }),
      locals,
      url,
    );
  },
  end_support: async ({ locals, url }) => {
    const { firm } = keeper(locals, url);
    if (!firm) error(404, textsOf(locals.language)('accounts.request.not_found'));
    await endSupportAccess(locals.app, firm.id);
    return settled({ ok: true }, locals, url);
  },
};

/** Whose people are kept, and by whom: an owner or an administrator. */
function keeper({ actor, language, request_id }: App.Locals, url: URL) {
  if (!actor) redirect(303, '/login?next=/settings/people');
  const whose = whoseOf(actor, url.searchParams.get('of'));
  if (!whose || actor.kind !== 'person')
    error(403, { message: textsOf(language)('accounts.request.not_allowed'), request_id });
  return { ...whose, me: { id: actor.id, name: actor.name } };
}

function settled(result: { ok: true } | Refusal, { language }: App.Locals, url: URL) {
  if (!result.ok) return fail(400, { values: null, ...formProblems([result], language) });
  const of = url.searchParams.get('of') === 'operator' ? 'of=operator&' : '';
  redirect(303, `/settings/people?${of}done=1`);
}

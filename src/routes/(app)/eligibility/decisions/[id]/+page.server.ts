import { error, redirect } from '@sveltejs/kit';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { decisionView } from '#lib/server/eligibility/decision-page.ts';
import { shareDecision, unshareDecision } from '#lib/server/eligibility/sharing.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const firm = firmOf(locals);
  const view = await decisionView(locals.app, firm, params.id);
  if (!view) error(404, textsOf(locals.language)('decisions.no_such'));
  const { row, computed, later } = view;
  return { row, computed, later, link: `${url.origin}/verify/${row.id}` };
};

export const actions: Actions = {
  share: async ({ locals, params }) => {
    const firm = firmOf(locals);
    const whose = { firm_id: firm.id, actor_id: locals.actor?.id ?? '' };
    if (!(await shareDecision(locals.app, whose, params.id)))
      error(404, textsOf(locals.language)('decisions.no_such'));
    redirect(303, `/eligibility/decisions/${params.id}`);
  },
  unshare: async ({ locals, params }) => {
    if (!(await unshareDecision(locals.app, firmOf(locals).id, params.id)))
      error(404, textsOf(locals.language)('decisions.no_such'));
    redirect(303, `/eligibility/decisions/${params.id}`);
  },
};

function firmOf({ actor, language }: App.Locals): Firm {
  if (!actor?.firm || !actor.firm_scopes.includes('eligibility:check'))
    error(403, textsOf(language)('decisions.not_allowed'));
  return actor.firm;
}

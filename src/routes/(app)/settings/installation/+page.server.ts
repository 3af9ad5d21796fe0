import { error, fail, redirect } from '@sveltejs/kit';
import { textsOf } from '#lib/i18n/texts.ts';
import { formProblems } from '#lib/server/accounts/refusal.ts';
import { isVerified, readRequirement, requireVerifiedEmail } from '#lib/server/accounts/verify-email.ts';
import {
  KEEP_DAYS_MAX,
  KEEP_DAYS_MIN,
  keepSnapshotsFor,
  readKeepDays,
  snapshotsKept,
} from '#lib/server/data-rights/retention.ts';
import { formText } from '#lib/ui/form-text.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const by = administrator(locals);
  const [requires_verified_email, is_own_verified] = await Promise.all([
    readRequirement(locals.app),
    isVerified(locals.app, by.id),
  ]);
  return {
    requires_verified_email,
    is_own_verified,
    snapshot_days: await snapshotsKept(locals.app),
    has_mail: locals.app.mailer.is_configured,
    is_done: url.searchParams.has('done'),
  };
};

export const actions: Actions = {
  verified: async ({ locals, request }) => {
    const by = administrator(locals);
    const is_required = formText(await request.formData(), 'required') === 'on';
    const done = await requireVerifiedEmail(locals.app, { by, is_required });
    if (!done.ok) return fail(400, { written: null, ...formProblems([done], locals.language) });
    redirect(303, '/settings/installation?done=1');
  },
  keep: async ({ locals, request }) => {
    administrator(locals);
    const written = formText(await request.formData(), 'days');
    const days = readKeepDays(written);
    const range = { min: KEEP_DAYS_MIN, max: KEEP_DAYS_MAX };
    if (days === undefined) {
      const message = textsOf(locals.language)('data.keep_problem', range);
      return fail(400, { written, message: undefined, errors: { days: message } });
    }
    await keepSnapshotsFor(locals.app, days);
    redirect(303, '/settings/installation?done=1');
  },
};

function administrator({ actor, language, request_id }: App.Locals): {
  id: string;
  name: string;
  email: string;
} {
  if (actor?.kind !== 'person') redirect(303, '/login?next=/settings/installation');
  if (!actor.operator_scopes.includes('admin'))
    error(403, { message: textsOf(language)('accounts.request.not_allowed'), request_id });
  return actor;
}

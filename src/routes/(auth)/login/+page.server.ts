import { fail, redirect } from '@sveltejs/kit';
import { localPath } from '#lib/domain/accounts/local-path.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { hasUsers } from '#lib/server/accounts/people.ts';
import { formProblems } from '#lib/server/accounts/refusal.ts';
import { signIn, signInSubject } from '#lib/server/accounts/sign-in.ts';
import { mailVerification } from '#lib/server/accounts/verify-email.ts';
import { fieldsOf } from '../fields.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  if (locals.actor) redirect(303, '/');
  const has_users = await hasUsers(locals.app);
  return {
    hint: has_users ? null : textsOf(locals.language)('accounts.login.no_account'),
    has_mail: locals.app.mailer.is_configured,
    next: localPath(url.searchParams.get('next')),
    is_reset: url.searchParams.has('reset'),
  };
};

export const actions: Actions = {
  default: async ({ locals, request, url, getClientAddress, setHeaders }) => {
    const form = await request.formData();
    const { email, password } = fieldsOf(form, ['email', 'password'] as const);
    const signed_in = await signIn(locals.app, {
      email,
      password,
      address: getClientAddress(),
      user_agent: request.headers.get('user-agent'),
    });
    const subject = await signInSubject(locals.app, email);
    const is_slowed = !signed_in.ok && signed_in.wait_seconds !== undefined;
    // A flood of guesses fills no log: those that were not even looked at are counted, and not written down.
    if (subject && !is_slowed)
      locals.audit = {
        ...{ kind: 'access', firm_id: subject.firm_id },
        actor: { kind: 'person', id: subject.id, name: subject.name },
      };
    if (!signed_in.ok) {
      const { wait_seconds } = signed_in;
      const { language } = locals;
      const is_unverified = signed_in.code === 'email_unverified';
      if (is_unverified)
        await mailVerification(locals.app, {
          ...{ email, address: getClientAddress(), language, origin: url.origin },
        });
      if (wait_seconds) setHeaders({ 'retry-after': String(wait_seconds) });
      return fail(wait_seconds ? 429 : 400, {
        values: { email },
        is_unverified,
        ...formProblems([signed_in], language),
      });
    }
    locals.set_cookies.push(...signed_in.set_cookies);
    const next = localPath(url.searchParams.get('next'));
    if (signed_in.needs_second_step)
      redirect(303, `/second-step?${new URLSearchParams({ next }).toString()}`);
    redirect(303, next);
  },
};

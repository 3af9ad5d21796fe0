import { fail, redirect } from '@sveltejs/kit';
import { countAttempt } from '#lib/server/accounts/attempts.ts';
import { formProblems, refusal, sentenceOf } from '#lib/server/accounts/refusal.ts';
import { problemOfSetupLink, setUp } from '#lib/server/accounts/setup.ts';
import { signIn } from '#lib/server/accounts/sign-in.ts';
import { fieldsOf } from '../fields.ts';
import type { Actions, PageServerLoad } from './$types';

const SHOWN_AGAIN = ['name', 'email', 'firm_name', 'firm_slug', 'uscc'] as const;
const RULE_ROLES = ['analyst', 'approver'] as const;

export const load: PageServerLoad = async ({ locals, url, getClientAddress }) => {
  if (locals.actor) redirect(303, '/');
  const token = url.searchParams.get('token') ?? '';
  const attempt = await countAttempt(locals.app, `setup ${token}`, getClientAddress());
  const refused = attempt.ok
    ? await problemOfSetupLink(locals.app, token)
    : refusal('wait', undefined, { minutes: Math.ceil(attempt.wait_seconds / 60) });
  if (attempt.ok && !refused) await attempt.forgive();
  return { token_ok: refused === null, problem: refused ? sentenceOf(refused, locals.language) : undefined };
};

export const actions: Actions = {
  default: async ({ locals, request, url, getClientAddress }) => {
    const form = await request.formData();
    const values = fieldsOf(form, SHOWN_AGAIN);
    const { password } = fieldsOf(form, ['password'] as const);
    const operator_roles = RULE_ROLES.filter((role) => form.get(role) === 'on');
    const made = await setUp(locals.app, {
      ...values,
      password,
      operator_roles,
      token: url.searchParams.get('token') ?? '',
    });
    if (!made.ok)
      return fail(400, { values, operator_roles, ...formProblems(made.refusals, locals.language) });
    const signed_in = await signIn(locals.app, {
      email: made.email,
      password,
      address: getClientAddress(),
      user_agent: request.headers.get('user-agent'),
    });
    if (!signed_in.ok) redirect(303, '/login');
    locals.set_cookies.push(...signed_in.set_cookies);
    redirect(303, '/');
  },
};

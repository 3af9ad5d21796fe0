import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { lookUp } from '#lib/server/accounts/attempts.ts';
import { formProblems, sentenceOf, type Refusal } from '#lib/server/accounts/refusal.ts';
import { problemOfSetupLink, setUp } from '#lib/server/accounts/setup.ts';
import { signIn } from '#lib/server/accounts/sign-in.ts';
import { fieldsOf } from '../fields.ts';
import { endIfSlowed } from '../slowed.ts';
import type { Actions, PageServerLoad } from './$types';

const SHOWN_AGAIN = ['name', 'email', 'firm_name', 'firm_slug', 'uscc'] as const;
const RULE_ROLES = ['analyst', 'approver'] as const;

export const load: PageServerLoad = async (event) => {
  const { locals } = event;
  if (locals.actor) redirect(303, '/');
  const refused = await problemOfLink(event);
  return { token_ok: refused === null, problem: refused ? sentenceOf(refused, locals.language) : undefined };
};

export const actions: Actions = {
  default: async (event) => {
    const { locals, request, url, getClientAddress } = event;
    await problemOfLink(event);
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

async function problemOfLink(
  event: Pick<RequestEvent, 'locals' | 'url' | 'getClientAddress' | 'setHeaders'>,
): Promise<Refusal | null> {
  const { app } = event.locals;
  const asked = { what: 'set-up link', address: event.getClientAddress() } as const;
  const token = event.url.searchParams.get('token') ?? '';
  const { found, wait_seconds } = await lookUp(app, asked, async () =>
    (await problemOfSetupLink(app, token)) ? null : true,
  );
  endIfSlowed(event, wait_seconds);
  return found ? null : problemOfSetupLink(app, token);
}

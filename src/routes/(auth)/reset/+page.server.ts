import { fail, redirect } from '@sveltejs/kit';
import { PASSWORD_LENGTH_MIN } from '#lib/domain/accounts/password.ts';
import { lookUp } from '#lib/server/accounts/attempts.ts';
import { isResetOpen, resetPassword } from '#lib/server/accounts/passwords.ts';
import { formProblems, refusal, sentenceOf } from '#lib/server/accounts/refusal.ts';
import { endIfSlowed } from '../slowed.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const { locals, url, setHeaders, getClientAddress } = event;
  // The link would travel in a referrer to wherever the page leads.
  setHeaders({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
  const { app, language } = locals;
  const token = url.searchParams.get('token') ?? '';
  const asked = { what: 'reset link', address: getClientAddress() } as const;
  const { found, wait_seconds } = await lookUp(app, asked, async () =>
    (await isResetOpen(app, token)) ? true : null,
  );
  endIfSlowed(event, wait_seconds);
  return {
    problem: found ? null : sentenceOf(refusal('reset_over'), language),
    length_min: PASSWORD_LENGTH_MIN,
  };
};

export const actions: Actions = {
  default: async (event) => {
    const { locals, request, url, getClientAddress } = event;
    const { app, language } = locals;
    const password = (await request.formData()).get('password');
    const token = url.searchParams.get('token') ?? '';
    const asked = { what: 'reset link', address: getClientAddress() } as const;
    const { found, wait_seconds } = await lookUp(app, asked, async () => {
      const done = await resetPassword(app, token, typeof password === 'string' ? password : '');
      // A weak password says nothing of the link, which was not looked at.
      return done.ok || done.code !== 'reset_over' ? done : null;
    });
    endIfSlowed(event, wait_seconds);
    const done = found ?? refusal('reset_over');
    if (!done.ok) return fail(400, formProblems([done], language));
    redirect(303, '/login?reset=1');
  },
};

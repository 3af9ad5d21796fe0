import { fail, redirect } from '@sveltejs/kit';
import { lookUp } from '#lib/server/accounts/attempts.ts';
import { resetPassword } from '#lib/server/accounts/passwords.ts';
import { formProblems, refusal } from '#lib/server/accounts/refusal.ts';
import { endIfSlowed } from '../slowed.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ setHeaders }) => {
  // The link would travel in a referrer to wherever the page leads.
  setHeaders({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
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

import { fail, redirect } from '@sveltejs/kit';
import { countAttempt } from '#lib/server/accounts/attempts.ts';
import { resetPassword } from '#lib/server/accounts/passwords.ts';
import { formProblems, refusal } from '#lib/server/accounts/refusal.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ setHeaders }) => {
  // The link would travel in a referrer to wherever the page leads.
  setHeaders({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
};

export const actions: Actions = {
  default: async ({ locals, request, url, getClientAddress }) => {
    const { app, language } = locals;
    const password = (await request.formData()).get('password');
    const token = url.searchParams.get('token') ?? '';
    const attempt = await countAttempt(app, `reset link ${token}`, getClientAddress());
    if (!attempt.ok) {
      const wait = refusal('wait', undefined, { minutes: Math.ceil(attempt.wait_seconds / 60) });
      return fail(429, formProblems([wait], language));
    }
    const done = await resetPassword(app, token, typeof password === 'string' ? password : '');
    if (!done.ok) return fail(400, formProblems([done], language));
    await attempt.forgive();
    redirect(303, '/login?reset=1');
  },
};

import { fail } from '@sveltejs/kit';
import { lookUp } from '#lib/server/accounts/attempts.ts';
import { formProblems, refusal } from '#lib/server/accounts/refusal.ts';
import { mailVerification, verifyEmail } from '#lib/server/accounts/verify-email.ts';
import { formText } from '#lib/ui/form-text.ts';
import { endIfSlowed } from '../slowed.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, url, setHeaders }) => {
  // The link would travel in a referrer to wherever the page leads.
  setHeaders({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
  return {
    has_token: url.searchParams.has('token'),
    token: url.searchParams.get('token') ?? '',
    email: url.searchParams.get('email') ?? '',
    has_mail: locals.app.mailer.is_configured,
  };
};

export const actions: Actions = {
  ask: async ({ locals, request, url, getClientAddress }) => {
    const email = formText(await request.formData(), 'email');
    const { app, language } = locals;
    const asked = { email, address: getClientAddress(), language, origin: url.origin };
    const sent = await mailVerification(app, asked);
    if (!sent.ok) return fail(sent.code === 'wait' ? 429 : 400, { email, ...formProblems([sent], language) });
    return { is_sent: true };
  },
  // By a button: programs that look at mails open every link in them.
  verify: async (event) => {
    const { app, language } = event.locals;
    const token = formText(await event.request.formData(), 'token');
    const asked = { what: 'e-mail link', address: event.getClientAddress() } as const;
    const { found, wait_seconds } = await lookUp(app, asked, async () =>
      (await verifyEmail(app, token)).ok ? true : null,
    );
    endIfSlowed(event, wait_seconds);
    if (!found) return fail(400, { email: '', ...formProblems([refusal('verify_over')], language) });
    return { is_verified: true };
  },
};

import { fail, redirect } from '@sveltejs/kit';
import { localPath } from '#lib/domain/accounts/local-path.ts';
import { countAttempt } from '#lib/server/accounts/attempts.ts';
import { formProblems, refusal } from '#lib/server/accounts/refusal.ts';
import { secondStep } from '#lib/server/accounts/second-factor.ts';
import { formText } from '#lib/ui/form-text.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals }) => {
  if (locals.actor) redirect(303, '/');
};

export const actions: Actions = {
  default: async ({ locals, request, url, getClientAddress }) => {
    const { app, language } = locals;
    const form = await request.formData();
    const code = formText(form, 'code');
    const address = getClientAddress();
    const attempt = await countAttempt(app, `second step ${address}`, address);
    const wait = attempt.ok ? 0 : attempt.wait_seconds;
    const signed_in = attempt.ok
      ? await secondStep(app, request.headers, { code, is_recovery: form.get('recovery') === '1' })
      : refusal('wait', undefined, { minutes: Math.ceil(wait / 60) });
    if (!signed_in.ok) return fail(wait ? 429 : 400, formProblems([signed_in], language));
    if (attempt.ok) await attempt.forgive();
    locals.set_cookies.push(...signed_in.set_cookies);
    redirect(303, localPath(url.searchParams.get('next')));
  },
};

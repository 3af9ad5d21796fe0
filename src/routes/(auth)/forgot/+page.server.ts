import { fail } from '@sveltejs/kit';
import { askForReset } from '#lib/server/accounts/passwords.ts';
import { formProblems } from '#lib/server/accounts/refusal.ts';
import { formText } from '#lib/ui/form-text.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals }) => ({ has_mail: locals.app.mailer.is_configured });

export const actions: Actions = {
  default: async ({ locals, request, url, getClientAddress }) => {
    const email = formText(await request.formData(), 'email');
    const { app, language } = locals;
    const asked = await askForReset(app, {
      email,
      address: getClientAddress(),
      language,
      origin: url.origin,
    });
    if (!asked.ok)
      return fail(asked.code === 'wait' ? 429 : 400, {
        values: { email },
        ...formProblems([asked], language),
      });
    return { asked: true };
  },
};

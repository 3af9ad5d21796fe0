import { fail } from '@sveltejs/kit';
import { describeUnsubscribe, stopMail } from '#lib/server/alerts/unsubscribe.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
  const found = await describeUnsubscribe(locals.app, params.token);
  return { stopped: found ? { firm: found.firm, who: found.who } : null };
};

export const actions: Actions = {
  // A mail program posts here without ever opening the page.
  default: async ({ locals, params }) => {
    const found = await describeUnsubscribe(locals.app, params.token);
    if (!found) return fail(404);
    await stopMail(locals.app, found.recipient);
    return { is_stopped: true };
  },
};

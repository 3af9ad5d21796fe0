import { error, fail, type RequestEvent } from '@sveltejs/kit';
import { lookUp } from '#lib/server/accounts/attempts.ts';
import { sentenceOf, tooManyGuesses } from '#lib/server/accounts/refusal.ts';
import { describeUnsubscribe, stopMail } from '#lib/server/alerts/unsubscribe.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  // The link names a person: no cache keeps the page, and no other site is told where somebody came from.
  event.setHeaders({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  const found = await described(event, event.params.token);
  return { stopped: found ? { firm: found.firm, who: found.who } : null };
};

export const actions: Actions = {
  // A mail program posts here without ever opening the page.
  default: async (event) => {
    const found = await described(event, event.params.token);
    if (!found) return fail(404);
    await stopMail(event.locals.app, found.recipient);
    return { is_stopped: true };
  },
};

async function described(
  event: Pick<RequestEvent, 'locals' | 'getClientAddress' | 'setHeaders'>,
  token: string,
) {
  const { app } = event.locals;
  const asked = { what: 'unsubscribe link', address: event.getClientAddress() } as const;
  const { found, wait_seconds } = await lookUp(app, asked, () => describeUnsubscribe(app, token));
  if (wait_seconds > 0) {
    event.setHeaders({ 'retry-after': String(wait_seconds) });
    error(429, sentenceOf(tooManyGuesses(wait_seconds), event.locals.language));
  }
  return found;
}

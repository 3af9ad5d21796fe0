import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { lookUp } from '#lib/server/accounts/attempts.ts';
import { acceptInvitation, readInvitation, type ReadInvitation } from '#lib/server/accounts/invitations.ts';
import { formProblems, refusal, sentenceOf } from '#lib/server/accounts/refusal.ts';
import { switchFirmById } from '#lib/server/accounts/session-actor.ts';
import { signIn } from '#lib/server/accounts/sign-in.ts';
import { formText } from '#lib/ui/form-text.ts';
import { endIfSlowed } from '../slowed.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const { locals, url, setHeaders } = event;
  const { actor, language } = locals;
  // The link would travel in a referrer to wherever the page leads.
  setHeaders({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
  const token = url.searchParams.get('token') ?? '';
  const invitation = await invitationOf(event, token);
  if (!invitation) return { invitation: null, problem: sentenceOf(refusal('invitation_over'), language) };
  const { firm, email, role, has_account } = invitation;
  const is_theirs = actor?.kind === 'person' && actor.email === email;
  const next = `/invite?token=${encodeURIComponent(token)}`;
  return {
    invitation: { firm: firm?.name ?? null, email, role, has_account, is_theirs },
    problem: null,
    sign_in: `/login?next=${encodeURIComponent(next)}`,
    is_signed_in: actor !== null,
  };
};

export const actions: Actions = {
  default: async (event) => {
    const { locals, request, url, getClientAddress } = event;
    const { app, actor, language } = locals;
    const form = await request.formData();
    const token = url.searchParams.get('token') ?? '';
    await invitationOf(event, token);
    const name = formText(form, 'name');
    const password = form.get('password');
    const typed = { name, password: typeof password === 'string' ? password : '' };
    const accepted = await acceptInvitation(app, token, actor ? { actor } : typed);
    if (!accepted.ok) return fail(400, { values: { name }, ...formProblems(accepted.refusals, language) });
    const { firm, role } = accepted.invitation;
    locals.audit = { kind: 'access', firm_id: firm?.id ?? null, subject: accepted.email, detail: { role } };
    if (!actor) {
      const user_agent = request.headers.get('user-agent');
      const address = getClientAddress();
      const signed_in = await signIn(app, {
        email: accepted.email,
        password: typed.password,
        address,
        user_agent,
      });
      if (!signed_in.ok) redirect(303, '/login');
      locals.set_cookies.push(...signed_in.set_cookies);
    } else if (firm) await switchFirmById(app, request.headers, firm.id);
    redirect(303, '/overview');
  },
};

async function invitationOf(
  event: Pick<RequestEvent, 'locals' | 'getClientAddress' | 'setHeaders'>,
  token: string,
): Promise<ReadInvitation | null> {
  const { app } = event.locals;
  const asked = { what: 'invitation', address: event.getClientAddress() } as const;
  const { found, wait_seconds } = await lookUp(app, asked, async () => {
    const read = await readInvitation(app, token);
    return read.ok ? read.invitation : null;
  });
  endIfSlowed(event, wait_seconds);
  return found;
}

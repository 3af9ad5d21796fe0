import { error, fail, redirect } from '@sveltejs/kit';
import { passkeysOf, removePasskey } from '#lib/server/accounts/passkeys.ts';
import { changePassword } from '#lib/server/accounts/passwords.ts';
import { formProblems, refusal, sentenceOf, type Refusal } from '#lib/server/accounts/refusal.ts';
import {
  beginSecondFactor,
  confirmSecondFactor,
  endSecondFactor,
} from '#lib/server/accounts/second-factor.ts';
import { readSession } from '#lib/server/accounts/session-actor.ts';
import { endOtherSessions, endSession, sessionsOf } from '#lib/server/accounts/sessions.ts';
import { signInMeans } from '#lib/server/accounts/sign-in-means.ts';
import { formText } from '#lib/ui/form-text.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, request, url, setHeaders }) => {
  setHeaders({ 'cache-control': 'no-store' });
  const { id } = personOf(locals);
  const { session } = await readSession(locals.app, request.headers);
  const [sessions, passkeys, means] = await Promise.all([
    sessionsOf(locals.app, id, session?.id ?? null),
    passkeysOf(locals.app, id),
    signInMeans(locals.app, id),
  ]);
  return { sessions, passkeys, ...means, done: url.searchParams.get('done') };
};

export const actions: Actions = {
  password: async ({ locals, request, getClientAddress }) => {
    const { email } = ownKeeper(locals);
    const form = await request.formData();
    const changed = await changePassword(locals.app, {
      ...{ headers: request.headers, email, address: getClientAddress() },
      ...{ current: secretOf(form, 'current'), password: secretOf(form, 'password') },
    });
    return settled(changed, locals, 'password');
  },
  begin: async ({ locals, request, getClientAddress }) => {
    const { email } = ownKeeper(locals);
    const given = { headers: request.headers, email, address: getClientAddress() };
    const password = secretOf(await request.formData(), 'factor');
    const begun = await beginSecondFactor(locals.app, { ...given, password });
    if (!begun.ok)
      return fail(begun.code === 'wait' ? 429 : 400, {
        of: 'begin',
        ...formProblems([{ ...begun, field: 'factor' }], locals.language),
      });
    const { qr_svg, secret, recovery_codes } = begun;
    return { begun: { qr_svg, secret, recovery_codes } };
  },
  confirm: async ({ locals, request, getClientAddress }) => {
    const { email } = ownKeeper(locals);
    const given = { headers: request.headers, email, address: getClientAddress() };
    const code = formText(await request.formData(), 'typed_code');
    return settled(await confirmSecondFactor(locals.app, { ...given, code }), locals, 'confirm');
  },
  end_factor: async ({ locals, request, getClientAddress }) => {
    const { email } = ownKeeper(locals);
    const given = { headers: request.headers, email, address: getClientAddress() };
    const password = secretOf(await request.formData(), 'factor');
    return settled(await endSecondFactor(locals.app, { ...given, password }), locals, 'end_factor');
  },
  remove_passkey: async ({ locals, request }) => {
    const { id } = ownKeeper(locals);
    const passkey_id = formText(await request.formData(), 'id');
    return settled(await removePasskey(locals.app, id, passkey_id), locals, 'passkey');
  },
  end_session: async ({ locals, request }) => {
    const { id } = personOf(locals);
    return settled(
      await endSession(locals.app, id, formText(await request.formData(), 'id')),
      locals,
      'session',
    );
  },
  end_others: async ({ locals, request }) => {
    const { id } = personOf(locals);
    const { session } = await readSession(locals.app, request.headers);
    if (session) await endOtherSessions(locals.app, id, session.id);
    return settled({ ok: true }, locals, 'session');
  },
};

function personOf({ actor }: App.Locals): { id: string; email: string } {
  if (actor?.kind !== 'person') redirect(303, '/login?next=/settings/security');
  return actor;
}

/** A firm's provider vouches for its people; it does not change how they sign in elsewhere. */
function ownKeeper(locals: App.Locals): { id: string; email: string } {
  const { session, language, request_id } = locals;
  if (session?.provider_firm_id)
    error(403, { message: sentenceOf(refusal('by_provider'), language), request_id });
  return personOf(locals);
}

function settled(result: { ok: true; set_cookies?: string[] } | Refusal, locals: App.Locals, of: string) {
  if (!result.ok)
    return fail(result.code === 'wait' ? 429 : 400, { of, ...formProblems([result], locals.language) });
  locals.set_cookies.push(...(result.set_cookies ?? []));
  locals.app.accounts.sessions.clear();
  redirect(303, `/settings/security?done=${of}`);
}

/** As it was typed: blanks at its ends belong to a password. */
function secretOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}

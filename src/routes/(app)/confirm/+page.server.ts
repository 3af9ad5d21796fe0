import { fail, redirect } from '@sveltejs/kit';
import { localPath } from '#lib/domain/accounts/local-path.ts';
import { passkeysOf } from '#lib/server/accounts/passkeys.ts';
import { PROOF_MS, proveByPassword } from '#lib/server/accounts/proof.ts';
import { formProblems } from '#lib/server/accounts/refusal.ts';
import { signInMeans } from '#lib/server/accounts/sign-in-means.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, setHeaders }) => {
  setHeaders({ 'cache-control': 'no-store' });
  const { id } = personOf(locals).actor;
  const [means, passkeys] = await Promise.all([signInMeans(locals.app, id), passkeysOf(locals.app, id)]);
  return {
    has_password: means.has_password,
    has_passkey: passkeys.length > 0,
    next: localPath(url.searchParams.get('next')),
    minutes: PROOF_MS / 60_000,
  };
};

export const actions: Actions = {
  default: async ({ locals, request, url, getClientAddress }) => {
    const { actor, session } = personOf(locals);
    const password = (await request.formData()).get('password');
    const proved = await proveByPassword(locals.app, {
      ...{ headers: request.headers, session, email: actor.email, address: getClientAddress() },
      password: typeof password === 'string' ? password : '',
    });
    locals.audit = { kind: 'access' };
    if (!proved.ok) return fail(proved.code === 'wait' ? 429 : 400, formProblems([proved], locals.language));
    redirect(303, localPath(url.searchParams.get('next')));
  },
};

function personOf({ actor, session }: App.Locals) {
  if (actor?.kind !== 'person' || !session) redirect(303, '/login');
  return { actor, session };
}

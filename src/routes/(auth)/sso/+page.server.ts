import { fail } from '@sveltejs/kit';
import { localPath } from '#lib/domain/accounts/local-path.ts';
import { beginOidc } from '#lib/server/accounts/oidc.ts';
import { countAttempt } from '#lib/server/accounts/attempts.ts';
import { formProblems, refusal } from '#lib/server/accounts/refusal.ts';
import { formText } from '#lib/ui/form-text.ts';
import type { Actions } from './$types';

/** As long as somebody takes to sign in elsewhere. */
const ROUND_SECONDS = 600;

export const actions: Actions = {
  default: async ({ locals, request, url, cookies, getClientAddress }) => {
    const slug = formText(await request.formData(), 'slug').toLowerCase();
    const address = getClientAddress();
    const attempt = await countAttempt(locals.app, `sso ${slug} ${address}`, address);
    const begun = attempt.ok
      ? await beginOidc(locals.app, {
          slug,
          redirect_uri: `${url.origin}/sso/callback`,
          next: localPath(url.searchParams.get('next')),
          asks_again: locals.actor !== null,
        })
      : refusal('wait', undefined, { minutes: Math.ceil(attempt.wait_seconds / 60) });
    if (!begun.ok) return fail(attempt.ok ? 400 : 429, { slug, ...formProblems([begun], locals.language) });
    if (attempt.ok) await attempt.forgive();
    const secure = url.protocol === 'https:';
    cookies.set('sso', begun.cookie, {
      path: '/sso',
      httpOnly: true,
      sameSite: 'lax',
      secure,
      maxAge: ROUND_SECONDS,
    });
    // Not by a redirect: of a form, browsers follow none to where the policy lets no form go (form-action).
    const { location } = begun;
    return { slug, location, host: new URL(location).host };
  },
};

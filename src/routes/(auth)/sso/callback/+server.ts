import { redirect } from '@sveltejs/kit';
import { localPath } from '#lib/domain/accounts/local-path.ts';
import { endOidc } from '#lib/server/accounts/oidc.ts';
import type { RequestHandler } from './$types';

/** Where a firm's provider sends the browser back to. */
export const GET: RequestHandler = async ({ locals, url, cookies }) => {
  const ended = await endOidc(locals.app, { url, cookie: cookies.get('sso') ?? '' });
  cookies.delete('sso', { path: '/sso' });
  if (!ended.ok) {
    locals.audit = { kind: 'access', firm_id: null, detail: { refused: ended.code } };
    redirect(303, `/sso?refused=${ended.code.replace('oidc_', '')}`);
  }
  locals.audit = {
    kind: 'access',
    firm_id: ended.firm_id,
    subject: ended.email,
    detail: { by: 'single sign-on' },
  };
  locals.set_cookies.push(...ended.set_cookies);
  redirect(303, localPath(ended.next));
};

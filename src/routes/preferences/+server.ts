import { redirect, type Cookies } from '@sveltejs/kit';
import { localPath } from '#lib/domain/accounts/local-path.ts';
import { LANGUAGES } from '#lib/i18n/text.ts';
import { switchFirm } from '#lib/server/accounts/session-actor.ts';
import type { RequestHandler } from './$types';

const A_YEAR_SECONDS = 365 * 24 * 3600;
const THEMES = ['light', 'dark'] as const;

/** Language, theme and the firm to work in: a plain form, for people who are signed out as well. */
export const POST: RequestHandler = async ({ locals, request, cookies, url }) => {
  const form = await request.formData();
  keep(cookies, { name: 'language', value: form.get('language'), allowed: LANGUAGES, url });
  keep(cookies, { name: 'theme', value: form.get('theme'), allowed: THEMES, url });
  const firm = form.get('firm');
  if (typeof firm === 'string' && firm && (await switchFirm(locals.app, request.headers, firm)))
    locals.audit = { kind: 'access', subject: firm };
  redirect(303, localPath(form.get('return_to')));
};

type Choice = { name: string; value: FormDataEntryValue | null; allowed: readonly string[]; url: URL };

/** An absent field leaves the choice as it is; an empty or unknown one gives it back to the browser. */
function keep(cookies: Cookies, { name, value, allowed, url }: Choice): void {
  if (value === null) return;
  const secure = url.protocol === 'https:';
  if (typeof value === 'string' && allowed.includes(value))
    cookies.set(name, value, { path: '/', maxAge: A_YEAR_SECONDS, sameSite: 'lax', httpOnly: true, secure });
  else cookies.delete(name, { path: '/', secure });
}

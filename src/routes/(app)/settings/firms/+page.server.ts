import { error, fail, redirect } from '@sveltejs/kit';
import { textsOf } from '#lib/i18n/texts.ts';
import { checkFirm, createFirm, listFirms, suspendFirm } from '#lib/server/accounts/firms.ts';
import { invite } from '#lib/server/accounts/invitations.ts';
import { foldEmail, isEmail } from '#lib/server/accounts/people.ts';
import { formProblems, refusal } from '#lib/server/accounts/refusal.ts';
import { formText } from '#lib/ui/form-text.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
  administrator(locals);
  return { firms: await listFirms(locals.app) };
};

export const actions: Actions = {
  create: async ({ locals, request, url }) => {
    const by = administrator(locals);
    const form = await request.formData();
    const [name, slug, uscc, email] = ['name', 'slug', 'uscc', 'email'].map((field) => formText(form, field));
    const values = { name: name ?? '', slug: slug ?? '', uscc: uscc ?? '', email: email ?? '' };
    // Everything that is wrong at once, and no firm whose owner nobody can reach.
    const checked = checkFirm(values);
    const refusals = [
      ...(checked.ok ? [] : checked.refusals),
      ...(isEmail(foldEmail(values.email)) ? [] : [refusal('email_invalid', 'email')]),
    ];
    if (refusals.length > 0) return fail(400, { values, ...formProblems(refusals, locals.language) });
    const made = await createFirm(locals.app, values);
    if (!made.ok) return fail(400, { values, ...formProblems([made], locals.language) });
    const { language } = locals;
    const invited = await invite(
      locals.app,
      { firm: made.firm, by },
      { email: values.email, role: 'owner', language, origin: url.origin },
    );
    if (!invited.ok) return fail(400, { values, ...formProblems([invited], language) });
    return { invited: { email: values.email, link: invited.link, is_mailed: invited.is_mailed } };
  },
  suspend: (event) => settle(event, true),
  resume: (event) => settle(event, false),
};

async function settle({ locals, request }: { locals: App.Locals; request: Request }, is_suspended: boolean) {
  administrator(locals);
  const slug = formText(await request.formData(), 'slug');
  const done = await suspendFirm(locals.app, { slug, is_suspended });
  if (!done.ok) return fail(400, { values: null, ...formProblems([done], locals.language) });
  redirect(303, '/settings/firms');
}

function administrator({ actor, language, request_id }: App.Locals) {
  if (actor?.kind !== 'person') redirect(303, '/login?next=/settings/firms');
  if (!actor.operator_scopes.includes('admin'))
    error(403, { message: textsOf(language)('accounts.request.not_allowed'), request_id });
  return { id: actor.id, name: actor.name };
}

import { error, fail, redirect } from '@sveltejs/kit';
import { textsOf } from '#lib/i18n/texts.ts';
import { createKey, listKeys, OVERLAP_DAYS, revokeKey, rotateKey } from '#lib/server/accounts/keys.ts';
import { formProblems } from '#lib/server/accounts/refusal.ts';
import { showOnce, takeOnce } from '#lib/server/http/shown-once.ts';
import type { Actions, PageServerLoad } from './$types';

const PATH = '/settings/keys';

export const load: PageServerLoad = async ({ locals, cookies }) => {
  const owner = ownerOf(locals);
  const listed = await listKeys(locals.app, { firm_slug: owner.firm_slug });
  return {
    keys: listed.ok ? listed.keys : [],
    scopes_available: owner.scopes,
    overlap_days: OVERLAP_DAYS,
    created: takeOnce(cookies, PATH),
  };
};

export const actions: Actions = {
  create: async ({ locals, request, cookies }) => {
    const { firm_slug, user_id, scopes: own_scopes } = ownerOf(locals);
    const form = await request.formData();
    const name = textOf(form, 'name');
    const expires_days = textOf(form, 'expires_days');
    const limit = textOf(form, 'requests_per_minute');
    const scopes = form.getAll('scopes').filter((value) => typeof value === 'string');
    const created = await createKey(locals.app, {
      firm_slug,
      name,
      scopes,
      expires_days: expires_days ? Number(expires_days) : null,
      requests_per_minute: limit ? Number(limit) : null,
      created_by: { user_id, scopes: own_scopes },
    });
    if (!created.ok)
      return fail(400, {
        values: { name, scopes, expires_days, requests_per_minute: limit },
        ...formProblems([created], locals.language),
      });
    // Behind a redirect, so that loading the page again makes no second key.
    showOnce(cookies, PATH, { secret: created.secret, name: created.name });
    redirect(303, PATH);
  },
  rotate: async ({ locals, request, cookies }) => {
    const { firm_slug, user_id } = ownerOf(locals);
    const form = await request.formData();
    const [id, overlap_days] = [textOf(form, 'id'), Number(textOf(form, 'days'))];
    const rotated = await rotateKey(locals.app, { firm_slug, id, overlap_days, by: user_id });
    if (!rotated.ok)
      return fail(400, {
        values: { id },
        errors: {},
        message: formProblems([{ ...rotated, field: undefined }], locals.language).message,
      });
    showOnce(cookies, PATH, { secret: rotated.secret, name: rotated.name });
    redirect(303, PATH);
  },
  revoke: async ({ locals, request }) => {
    const { firm_slug } = ownerOf(locals);
    const id = textOf(await request.formData(), 'id');
    const revoked = await revokeKey(locals.app, { firm_slug, id });
    if (!revoked.ok) return fail(400, { values: { id }, ...formProblems([revoked], locals.language) });
    return { revoked: { id, name: revoked.name } };
  },
};

/** The signed-in owner of the firm; whoever else comes here is told so. */
function ownerOf({ actor, language }: App.Locals) {
  if (actor?.kind !== 'person') redirect(303, '/login?next=/settings/keys');
  if (!actor.firm || !actor.firm_scopes.includes('admin'))
    error(403, textsOf(language)('accounts.keys.owners_only'));
  return { user_id: actor.id, firm_slug: actor.firm.slug, scopes: actor.firm_scopes };
}

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}

import { error, fail, redirect } from '@sveltejs/kit';
import { dayInChina } from '#lib/domain/text/calendar-day.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { inRegister, readRegister } from '#lib/server/eligibility/portfolio.ts';
import { listLabs, newestRecord, recordLab } from '#lib/server/eligibility/lab-register.ts';
import { mayKeepLabs } from '#lib/server/eligibility/labs-api.ts';
import { fieldErrors, registerReader, typedFields } from '../portfolio-page.ts';
import { readLabForm } from './lab-form.ts';
import type { Actions, PageServerLoad } from './$types';

const SHOWN_MAX = 200;

export const load: PageServerLoad = async ({ locals, url }) => {
  const { keeps } = registerReader(locals);
  const { app } = locals;
  const q = url.searchParams.get('q')?.trim().slice(0, 200) || null;
  const asked = { q, status: null, today: dayInChina(app.now()), limit: SHOWN_MAX, after: null };
  const page = await readRegister(app, locals.actor?.firm?.id ?? null, (tx) => listLabs(tx, asked));
  return { q, keeps, labs: page.items, has_more: page.next_cursor !== null };
};

export const actions: Actions = {
  default: async ({ locals, request }) => {
    const { app, actor, language } = locals;
    if (!actor || !mayKeepLabs(actor)) error(403, textsOf(language)('portfolio.labs.analysts_only'));
    const typed = typedFields(await request.formData());
    const read = readLabForm(typed, null);
    if (!read.ok) return fail(400, { typed, errors: fieldErrors(read.problems, language) });
    const { input } = read;
    const verified_by = input.status === 'verified' ? (input.verified_by ?? actor.name) : input.verified_by;
    const { cnas_id } = input;
    const is_known = await inRegister(app, async (tx) => {
      if (await newestRecord(tx, cnas_id)) return true;
      await recordLab(tx, { ...input, verified_by }, actor.id);
      return false;
    });
    // What is typed here without looking at the record before would take away its sites and scope.
    if (is_known)
      return fail(409, {
        typed,
        errors: { cnas_id: textsOf(language)('portfolio.labs.known', { cnas_id }) },
      });
    redirect(303, `/eligibility/labs/${cnas_id.replace('CNAS ', '')}`);
  },
};

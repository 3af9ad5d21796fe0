import { error, fail, redirect } from '@sveltejs/kit';
import { readCnasId } from '#lib/domain/eligibility/lab.ts';
import { dayInChina, isDay } from '#lib/domain/text/calendar-day.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { inRegister, readRegister } from '#lib/server/eligibility/portfolio.ts';
import { labDetail, newestRecord, recordLab } from '#lib/server/eligibility/lab-register.ts';
import { mayKeepLabs } from '#lib/server/eligibility/labs-api.ts';
import { fieldErrors, registerReader, typedFields } from '../portfolio-page.ts';
import { labTyped, readLabForm } from '../lab-form.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const { keeps } = registerReader(locals);
  const { app, language } = locals;
  const read = readCnasId(params.id);
  const wanted = url.searchParams.get('on') ?? '';
  const day = isDay(wanted) ? wanted : dayInChina(app.now());
  const found = read.ok
    ? await readRegister(app, locals.actor?.firm?.id ?? null, (tx) =>
        labDetail(tx, { cnas_id: read.cnas_id, day, known_at: null }),
      )
    : null;
  const [newest] = found?.history ?? [];
  if (!found || !newest) error(404, textsOf(language)('portfolio.not_found'));
  return {
    keeps,
    day,
    status: found.on_day?.status ?? null,
    newest,
    history: found.history,
    typed: labTyped(newest, language),
  };
};

export const actions: Actions = {
  default: async ({ locals, request, params }) => {
    const { app, actor, language } = locals;
    if (!actor || !mayKeepLabs(actor)) error(403, textsOf(language)('portfolio.labs.analysts_only'));
    const asked = readCnasId(params.id);
    if (!asked.ok) error(404, textsOf(language)('portfolio.not_found'));
    const { cnas_id } = asked;
    // A change is one of this laboratory, whatever was sent as its number.
    const typed = { ...typedFields(await request.formData()), cnas_id };
    const problems = await inRegister(app, async (tx) => {
      const newest = await newestRecord(tx, cnas_id);
      if (!newest) error(404, textsOf(language)('portfolio.not_found'));
      const read = readLabForm(typed, newest);
      if (!read.ok) return read.problems;
      const { input } = read;
      const verified_by = input.status === 'verified' ? (input.verified_by ?? actor.name) : input.verified_by;
      await recordLab(tx, { ...input, verified_by }, actor.id);
      return null;
    });
    if (problems) return fail(400, { typed, errors: fieldErrors(problems, language) });
    redirect(303, `/eligibility/labs/${params.id}`);
  },
};

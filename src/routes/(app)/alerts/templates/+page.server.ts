import { error, fail, type RequestEvent } from '@sveltejs/kit';
import { BODY_LENGTH_MAX, SUBJECT_LENGTH_MAX } from '#lib/domain/alerts/template.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { readerOf, writerOf, type Who } from '#lib/server/alerts/recipient.ts';
import { previewTemplate, type Preview } from '#lib/server/alerts/template-preview.ts';
import {
  listTemplates,
  problemSentence,
  problemsOf,
  resetTemplate,
  setTemplate,
  type Template,
} from '#lib/server/alerts/templates.ts';
import { formText } from '#lib/ui/form-text.ts';
import { readTemplateQuery, type TemplateQuery } from './query.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { app, actor, language } = locals;
  const who = readerOf(actor);
  if (!who) error(403, textsOf(language)('alerts.page.no_right'));
  const query = readTemplateQuery(url.searchParams, language);
  const templates = await listTemplates(app, who);
  return {
    query,
    template: templates.find((one) => one.channel === query.channel && one.language === query.language),
    of: who.firm ? ('firm' as const) : ('operator' as const),
    may_write: writerOf(actor) !== null,
  };
};

type Answer = { problems: string[]; written: Template | null; preview: Preview | null; is_saved: boolean };

/** The right first, then what was typed; a text with problems comes back as it was typed. */
async function acting(
  { locals, request }: RequestEvent,
  act: (who: Who, written: Template & TemplateQuery) => Promise<Partial<Answer>>,
) {
  const { actor, language } = locals;
  const text = textsOf(language);
  const nothing: Answer = { problems: [], written: null, preview: null, is_saved: false };
  const who = writerOf(actor);
  if (!who) return fail(403, { ...nothing, problems: [text('alerts.page.no_right')] });
  const form = await request.formData();
  const query = readTemplateQuery(form, language);
  const written = {
    subject: formText(form, 'subject').trim(),
    body: formText(form, 'body').replaceAll('\r\n', '\n').trim(),
  };
  const is_long = written.subject.length > SUBJECT_LENGTH_MAX || written.body.length > BODY_LENGTH_MAX;
  const problems =
    written.subject === '' || written.body === '' || is_long
      ? [text('templates.error.length', { subject: SUBJECT_LENGTH_MAX, body: BODY_LENGTH_MAX })]
      : problemsOf(written, query.channel).map((problem) => problemSentence(problem, language));
  if (problems.length > 0) return fail(422, { ...nothing, problems, written });
  return { ...nothing, ...(await act(who, { ...written, ...query })) };
}

export const actions: Actions = {
  save: (event) =>
    acting(event, async (who, written) => {
      await setTemplate(event.locals.app, who, written);
      return { is_saved: true };
    }),
  preview: (event) =>
    acting(event, async (who, written) => {
      const preview = await previewTemplate(event.locals.app, who, { ...written, alert_id: null });
      return { written, preview: preview.ok ? preview : null };
    }),
  reset: async ({ locals, request }) => {
    const { app, actor, language } = locals;
    const nothing: Answer = { problems: [], written: null, preview: null, is_saved: false };
    const who = writerOf(actor);
    if (!who) return fail(403, { ...nothing, problems: [textsOf(language)('alerts.page.no_right')] });
    await resetTemplate(app, who, readTemplateQuery(await request.formData(), language));
    return { ...nothing, is_saved: true };
  },
};

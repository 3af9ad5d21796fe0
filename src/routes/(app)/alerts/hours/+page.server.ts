import { error, fail, redirect } from '@sveltejs/kit';
import { textsOf } from '#lib/i18n/texts.ts';
import {
  changeMetricAlert,
  createMetricAlert,
  deleteMetricAlert,
  listMetricAlerts,
  METRIC_ALERTS_MAX,
} from '#lib/server/alerts/metric-alerts.ts';
import { metricHistory } from '#lib/server/alerts/metric-history.ts';
import { readerOf, writerOf } from '#lib/server/alerts/recipient.ts';
import { alertSentence } from '#lib/server/alerts/refusal.ts';
import { categoryChoices } from '#lib/server/reference/category-choices.ts';
import { offices, type Named } from '#lib/server/reference/read.ts';
import { formText } from '#lib/ui/form-text.ts';
import { EMPTY_FORM, readHoursForm, type HoursForm } from './hours-form.ts';
import { historyChart } from './history-chart.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { app, actor, language } = locals;
  const firm = readerOf(actor)?.firm;
  if (!firm) error(403, textsOf(language)('metric.no_firm'));
  const nameOf = ({ name, name_zh }: Named) =>
    (language === 'zh-CN' ? (name_zh ?? name) : (name ?? name_zh)) ?? '';
  const is_tried = url.searchParams.has('fire_above');
  const read = is_tried ? readHoursForm(url.searchParams) : null;
  const [rows, known_offices, known_categories, history] = await Promise.all([
    listMetricAlerts(app, firm, { limit: METRIC_ALERTS_MAX }),
    offices(app.db),
    categoryChoices(app.db, language),
    read?.ok ? metricHistory(app, firm, read.alert) : null,
  ]);
  return {
    alerts: rows.map(({ key: _, told_count: _told, evaluated_at: _at, ...row }) => row),
    offices: known_offices.map((one) => ({ value: one.code, name: `${one.code} ${nameOf(one)}`.trim() })),
    categories: known_categories.map(({ slug, name }) => ({ value: slug, name: name ?? slug })),
    form: read?.form ?? EMPTY_FORM,
    bad_fields: read && !read.ok ? read.fields : [],
    tried: history && read?.ok ? { ...historyChart(read.alert, history), alert: read.alert } : null,
    may_write: Boolean(writerOf(actor)?.firm),
  };
};

export const actions: Actions = {
  save: async ({ locals, request }) => {
    const { app, actor, language } = locals;
    const text = textsOf(language);
    const firm = writerOf(actor)?.firm;
    if (!firm) return fail(403, refused(text('metric.no_firm')));
    const read = readHoursForm(await request.formData());
    if (!read.ok)
      return fail(422, { ...refused(text('metric.error.fields'), read.form), bad_fields: read.fields });
    const result = await createMetricAlert(app, firm, read.alert);
    if (!result.ok) return fail(409, refused(alertSentence(result, language), read.form));
    redirect(303, '/alerts/hours');
  },
  switch: async ({ locals, request }) => {
    const { app, actor, language } = locals;
    const firm = writerOf(actor)?.firm;
    if (!firm) return fail(403, refused(textsOf(language)('metric.no_firm')));
    const data = await request.formData();
    const change = { is_enabled: formText(data, 'to') === 'on' };
    const result = await changeMetricAlert(app, firm, { id: formText(data, 'id'), change });
    if (!result.ok)
      return fail(404, refused('code' in result ? alertSentence(result, language) : result.issues));
    redirect(303, '/alerts/hours');
  },
  remove: async ({ locals, request }) => {
    const { app, actor, language } = locals;
    const firm = writerOf(actor)?.firm;
    if (!firm) return fail(403, refused(textsOf(language)('metric.no_firm')));
    const result = await deleteMetricAlert(app, firm, formText(await request.formData(), 'id'));
    if (!result.ok) return fail(404, refused(alertSentence(result, language)));
    redirect(303, '/alerts/hours');
  },
};

/** What comes back with a refusal: the sentence, and the form as it was typed. */
function refused(
  message: string,
  form: HoursForm | null = null,
): {
  message: string;
  form: HoursForm | null;
  bad_fields: (keyof HoursForm)[] | null;
} {
  return { message, form, bad_fields: null };
}

import { fail, redirect } from '@sveltejs/kit';
import { layoutTrend } from '#lib/charts/trend.ts';
import { dayOfInstant, dayToText } from '#lib/domain/clearance/period.ts';
import { periodBefore } from '#lib/domain/clearance/time-range.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { baselines } from '#lib/server/clearance/baselines.ts';
import { formatOfFile } from '#lib/domain/clearance/file-format.ts';
import { importClearance } from '#lib/server/clearance/import.ts';
import { metricsOf } from '#lib/server/clearance/metrics.ts';
import type { Group } from '#lib/server/clearance/slices.ts';
import { latestImportsOf, newestDayOf, standingAside, weeksOf } from '#lib/server/clearance/overview.ts';
import { problemText } from '#lib/server/clearance/problem-text.ts';
import { categories, offices } from '#lib/server/reference/read.ts';
import { officeRows } from './office-rows.ts';
import { periodOf } from './period.ts';
import { clearanceQuery, parseClearanceQuery } from './query.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { app, actor, language } = locals;
  const firm = actor?.firm_scopes.includes('clearance:read') ? actor.firm : null;
  if (!actor || !firm) return { kind: 'no_firm' as const };
  const query = parseClearanceQuery(url.searchParams);
  // A form sends every field; the address to keep and to share holds only what differs from the default.
  const is_action = [...url.searchParams.keys()].some((key) => key.startsWith('/'));
  if (!is_action && url.search !== clearanceQuery(query)) redirect(303, `/clearance${clearanceQuery(query)}`);

  const data_to = await newestDayOf(app, firm);
  const period = periodOf(query, data_to ?? dayToText(dayOfInstant(app.now().getTime())));
  const { measure, direction, office: customs_office, category, channel } = query;
  const hours = (days: { from: string; to: string }, group_by: Group[]) =>
    metricsOf(app, firm, {
      ...days,
      measure,
      direction,
      group_by,
      customs_office: customs_office ?? undefined,
      category: category ?? undefined,
      channel: channel ?? undefined,
    });
  const [total, now, before, weeks, known, known_offices, known_categories, imports] = await Promise.all([
    hours(period, []),
    hours(period, ['customs_office', 'channel']),
    hours(periodBefore(period.from, period.to), ['customs_office', 'channel']),
    hours(period, ['week', 'channel']),
    baselines(app.db),
    offices(app.db),
    categories(app.db),
    latestImportsOf(app, firm, language),
  ]);
  const baseline = total.rows[0]?.baseline ?? null;
  return {
    kind: 'hours' as const,
    query,
    period,
    data_to,
    total: total.rows[0] ?? null,
    min_n: total.min_n,
    rows: officeRows(now.rows, before.rows, {
      names: new Map(known_offices.map((one) => [one.code, one])),
      sort: query.sort,
    }),
    trend: layoutTrend(weeksOf(weeks.rows, period.from, period.to), 'mean_hours', baseline),
    offices: known_offices.map(({ code, name, name_zh }) => ({ code, name, name_zh })),
    categories: known_categories.flatMap(({ slug, name, name_zh }) =>
      slug ? [{ slug, name, name_zh }] : [],
    ),
    aside: standingAside(known, direction)[0] ?? null,
    latest: imports[0] ?? null,
    may_import: actor.firm_scopes.includes('clearance:write'),
  };
};

export const actions: Actions = {
  import: async ({ locals, request }) => {
    const { app, actor, language } = locals;
    const text = textsOf(language);
    if (!actor?.firm || !actor.firm_scopes.includes('clearance:write'))
      return fail(403, { refused: text('clearance.import.not_allowed') });
    const file = (await request.formData()).get('file');
    if (!(file instanceof File) || file.size === 0)
      return fail(400, { refused: text('clearance.import.no_file') });
    const format = formatOfFile(file.name);
    if (!format) return fail(400, { refused: text('clearance.import.wrong_kind', { name: file.name }) });
    const report = await importClearance(app, {
      firm: actor.firm,
      actor_id: actor.id,
      format,
      charset: null,
      file_name: file.name,
      bytes: chunksOf(file),
    });
    if (report.problem) return fail(422, { refused: problemText(report.problem, language) });
    return { refused: null };
  },
};

async function* chunksOf(file: File): AsyncGenerator<Uint8Array> {
  for await (const chunk of file.stream()) yield chunk;
}

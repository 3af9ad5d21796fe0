import { error } from '@sveltejs/kit';
import { dayOfInstant, dayToText } from '#lib/domain/text/calendar-day.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { cohortOverview } from '#lib/server/clearance/cohort-overview.ts';
import { categories, offices } from '#lib/server/reference/read.ts';
import { parseAllFirmsQuery, spanOf } from './query.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { app, actor, language } = locals;
  const firm = actor?.firm_scopes.includes('clearance:read') ? actor.firm : null;
  if (!firm && !actor?.operator_scopes.includes('clearance:read'))
    error(403, textsOf(language)('baselines.not_allowed'));
  const query = parseAllFirmsQuery(url.searchParams);
  const span = spanOf(query.months, dayToText(dayOfInstant(app.now().getTime())));
  const [hours, known_offices, known_categories] = await Promise.all([
    cohortOverview(app.reading(), firm, { ...span, measure: query.measure, direction: query.direction }),
    offices(app.db),
    categories(app.db),
  ]);
  return {
    query,
    hours,
    is_sample: hours.is_sample,
    names: [
      ...known_offices.map(({ code, name, name_zh }) => ({ key: code, name, name_zh })),
      ...known_categories.flatMap(({ slug, name, name_zh }) => (slug ? [{ key: slug, name, name_zh }] : [])),
    ],
  };
};

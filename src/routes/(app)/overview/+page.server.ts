import { layoutTrend } from '#lib/charts/trend.ts';
import { dayFromText, dayOfInstant, dayToText } from '#lib/domain/clearance/period.ts';
import { clearanceOverview, newestDayOf } from '#lib/server/clearance/overview.ts';
import { parseOverviewQuery } from './query.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { app, actor, language } = locals;
  if (actor?.kind !== 'person' || !actor.firm || !actor.firm_scopes.includes('clearance:read'))
    return { kind: 'operator' as const };
  const query = parseOverviewQuery(url.searchParams);
  const today = dayOfInstant(app.now().getTime());
  // The period ends with the newest day on file, so that late files do not empty the page.
  const newest = dayFromText((await newestDayOf(app, actor.firm)) ?? '') ?? today;
  const period = { from: dayToText(newest - 7 * query.weeks + 1), to: dayToText(newest) };
  const overview = await clearanceOverview(app, actor.firm, { ...period, language });
  return {
    kind: 'firm' as const,
    overview,
    data_to: overview.data_to,
    trend: layoutTrend(overview.weekly, 'mean_hours', overview.total?.baseline ?? null),
    query,
    is_executive: (query.view ?? (actor.role === 'executive' ? 'executive' : 'manager')) === 'executive',
    days_behind: today - newest,
    clearance_query: `?${new URLSearchParams(period).toString()}`,
    may_import: actor.firm_scopes.includes('clearance:write'),
  };
};

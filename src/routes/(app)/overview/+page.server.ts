import type { FirmOverview } from '#lib/domain/clearance/overview.ts';
import { dayFromText, dayOfInstant, dayToText } from '#lib/domain/text/calendar-day.ts';
import { cohortMetricsOf } from '#lib/server/clearance/cohort-metrics.ts';
import { firmOverview } from '#lib/server/clearance/firm-overview.ts';
import { latestImportsOf, newestDayOf } from '#lib/server/clearance/overview.ts';
import { daysBehind } from '../stale.ts';
import { drawOverview } from './drawn-overview.ts';
import { parseOverviewQuery } from './query.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { app, actor, language, request_id } = locals;
  if (actor?.kind !== 'person' || !actor.firm || !actor.firm_scopes.includes('clearance:read'))
    return { kind: 'operator' as const, cohort: await cohortOf(locals) };
  const may_import = actor.firm_scopes.includes('clearance:write');
  const data_to = await newestDayOf(app, actor.firm);
  const newest = dayFromText(data_to ?? '');
  if (data_to === null || newest === null) {
    const [latest] = await latestImportsOf(app, actor.firm, language);
    return { kind: 'nothing' as const, latest: latest ?? null, may_import };
  }
  const query = parseOverviewQuery(url.searchParams);
  // The period ends with the newest day on file, so that late files do not empty the page.
  const period = { from: dayToText(newest - 7 * query.weeks + 1), to: data_to };
  const overview = await firmOverview(app, actor.firm, { ...period, data_to, language, request_id });
  locals.may_keep_page = isWhole(overview);
  return {
    kind: 'firm' as const,
    overview: drawOverview(overview),
    data_to,
    query,
    is_executive: (query.view ?? (actor.role === 'executive' ? 'executive' : 'manager')) === 'executive',
    days_behind: daysBehind(app.now(), data_to),
    may_import,
  };
};

/** A part that failed is asked for again with the next request. */
function isWhole({ hours, categories, weeks, honesty, imports }: FirmOverview): boolean {
  return [hours, categories, weeks, honesty, imports].every(({ ok }) => ok);
}

const COHORT_DAYS = 364;

/** A year over all firms; null for whoever may not read the operator's numbers. */
async function cohortOf({ app, actor }: App.Locals) {
  if (!actor?.operator_scopes.includes('clearance:read')) return null;
  const to = dayOfInstant(app.now().getTime());
  const {
    from,
    to: last,
    rows,
    firms_min,
    as_of,
    is_sample,
  } = await cohortMetricsOf(app, null, {
    from: dayToText(to - COHORT_DAYS),
    to: dayToText(to),
    measure: 'declared_to_released',
    direction: 'export',
    group_by: ['channel'],
  });
  return { from, to: last, rows, firms_min, as_of, is_sample };
}

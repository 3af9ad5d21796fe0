import { redirect } from '@sveltejs/kit';
import { grainFor, grainsFor } from '#lib/domain/clearance/time-range.ts';
import { clearanceDashboard } from '#lib/server/clearance/dashboard.ts';
import { dayInChina } from '#lib/domain/text/legal-day.ts';
import { latestImportsOf } from '#lib/server/clearance/overview.ts';
import { reachOf } from '#lib/server/clearance/reach.ts';
import { ruleCalendar } from '#lib/server/rules/calendar.ts';
import { daysBehind } from '../stale.ts';
import { eventsOf } from './events.ts';
import { hoursQuery } from './hours-query.ts';
import { layoutPanels } from './panels.ts';
import { periodOf } from './period.ts';
import { clearanceQuery, parseClearanceQuery } from './query.ts';
import { readNames } from '#lib/server/reference/read-names.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { app, actor, language, request_id } = locals;
  const firm = actor?.firm_scopes.includes('clearance:read') ? actor.firm : null;
  // The operator has no records of its own: its hours are those of all firms.
  if (!firm && actor?.operator_scopes.includes('clearance:read')) redirect(303, '/clearance/all');
  if (!actor || !firm) return { kind: 'no_firm' as const };
  const query = parseClearanceQuery(url.searchParams);
  // A form sends every field; the address to keep and to share holds only what differs from the default.
  if (url.search !== clearanceQuery(query)) redirect(303, `/clearance${clearanceQuery(query)}`);

  const may_import = actor.firm_scopes.includes('clearance:write');
  const [reach, [latest = null]] = await Promise.all([
    reachOf(app, firm),
    latestImportsOf(app, firm, language),
  ]);
  if (!reach.has_records) return { kind: 'empty' as const, latest, may_import };
  const days = periodOf(query, reach);
  const asked = {
    ...hoursQuery(query, days),
    grain: grainFor(days, query.grain),
    comparison: query.comparison,
  };
  const [dashboard, names, dates] = await Promise.all([
    clearanceDashboard(app, firm, asked, request_id),
    readNames(app),
    ruleCalendar(app, days),
  ]);
  const { total, stages, honesty, baseline, standing_aside, min_n } = dashboard;
  const panels = layoutPanels(
    dashboard,
    query,
    eventsOf(query, reach, { dates, today: dayInChina(app.now()) }),
  );
  return {
    kind: 'hours' as const,
    ...{ query, days, names, latest, may_import, min_n, baseline, panels, total, stages, honesty },
    data_to: reach.newest,
    days_behind: daysBehind(app.now(), reach.newest),
    programme_start: reach.programme_start,
    grains: grainsFor(days),
    aside: standing_aside[0] ?? null,
  };
};

import type { Firm } from '#lib/domain/accounts/actor.ts';
import { grainFor, grainsFor } from '#lib/domain/clearance/time-range.ts';
import { dayInChina } from '#lib/domain/text/calendar-day.ts';
import { clearanceDashboard } from '#lib/server/clearance/dashboard.ts';
import type { reachOf } from '#lib/server/clearance/reach.ts';
import { readNames } from '#lib/server/reference/read-names.ts';
import { ruleCalendar } from '#lib/server/rules/calendar.ts';
import { daysBehind } from '../stale.ts';
import { eventsOf } from './events.ts';
import { hoursQuery } from './hours-query.ts';
import { layoutPanels } from './panels.ts';
import { periodOf } from './period.ts';
import type { ClearanceQuery } from './query.ts';

/** What the page shows of a firm's hours: its answers, and what is drawn of them. */
export async function hoursPage(
  { app, request_id }: Pick<App.Locals, 'app' | 'request_id'>,
  firm: Firm,
  { query, reach }: { query: ClearanceQuery; reach: Awaited<ReturnType<typeof reachOf>> },
) {
  const days = periodOf(query, reach);
  const asked = {
    ...hoursQuery(query, days),
    grain: grainFor(days, query.grain),
    comparison: query.comparison,
  };
  const [dashboard, names, dates] = await Promise.all([
    clearanceDashboard(app.reading(), firm, asked, request_id),
    readNames(app),
    ruleCalendar(app, days),
  ]);
  const { total, stages, honesty, baseline, standing_aside, min_n } = dashboard;
  const events = eventsOf(query, reach, { dates, today: dayInChina(app.now()) });
  return {
    ...{ query, days, names, min_n, baseline, total, stages, honesty },
    panels: layoutPanels(dashboard, query, events),
    data_to: reach.newest,
    days_behind: daysBehind(app.now(), reach.newest),
    programme_start: reach.programme_start,
    grains: grainsFor(days),
    aside: standing_aside[0] ?? null,
  };
}

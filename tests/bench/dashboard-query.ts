import type { Firm } from '#lib/domain/accounts/actor.ts';
import { clearanceDashboard, type DashboardQuery } from '#lib/server/clearance/dashboard.ts';
import type { App } from '#lib/server/app.ts';
import { FIRST_DAY, LAST_DAY } from './clearance-file.ts';

/** The clearance page over everything that the file holds, beside the year before. */
export const WHOLE: DashboardQuery = {
  from: FIRST_DAY,
  to: LAST_DAY,
  measure: 'declared_to_released',
  direction: 'export',
  grain: 'week',
  comparison: { kind: 'year' },
};

/** What the clearance page asks for; a panel that failed is no measurement. */
export async function askDashboard(app: App, firm: Firm, query: DashboardQuery): Promise<void> {
  const found = await clearanceDashboard(app, firm, query, 'R-BENCH');
  const { total, trend, distribution, offices, categories, heat, stages, honesty } = found;
  for (const panel of [total, trend, distribution, offices, categories, heat, stages, honesty])
    if (!panel.ok) throw new Error('a panel of the dashboard failed');
  if (!total.ok || !total.value.now) throw new Error('the dashboard is empty');
}

import type { Firm } from '#lib/domain/accounts/actor.ts';
import type { Direction, Measure } from '#lib/domain/clearance/measure.ts';
import type { App } from '#lib/server/app.ts';
import { cohortMetricsOf, type CohortMetrics, type CohortQuery, type CohortRow } from './cohort-metrics.ts';

/** Hours over all firms in one period, as a whole and along each dimension. */
export type CohortOverview = Omit<CohortMetrics, 'rows'> & {
  total: CohortRow | null;
  by_month: CohortRow[];
  by_office: CohortRow[];
  by_channel: CohortRow[];
  by_category: CohortRow[];
};

export async function cohortOverview(
  app: App,
  firm: Firm | null,
  asked: { from: string; to: string; measure: Measure; direction: Direction },
): Promise<CohortOverview> {
  const by = (...group_by: CohortQuery['group_by']) => cohortMetricsOf(app, firm, { ...asked, group_by });
  const [whole, months, offices, channels, categories] = await Promise.all([
    by(),
    by('month'),
    by('customs_office'),
    by('channel'),
    by('category'),
  ]);
  const { rows, ...about } = whole;
  return {
    ...about,
    total: rows[0] ?? null,
    by_month: months.rows,
    by_office: slowestFirst(offices.rows),
    by_channel: channels.rows,
    by_category: slowestFirst(categories.rows),
  };
}

/** Numbers of few declarations come last: they are not compared. */
function slowestFirst(rows: readonly CohortRow[]): CohortRow[] {
  return rows.toSorted((a, b) => Number(a.is_small_n) - Number(b.is_small_n) || b.mean_hours - a.mean_hours);
}

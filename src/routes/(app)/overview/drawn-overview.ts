import { layoutSparkline, type Sparkline } from '#lib/charts/sparkline.ts';
import { layoutTrend, type TrendLayout, type TrendPoint } from '#lib/charts/trend-geometry.ts';
import type { Panel } from '#lib/domain/clearance/dashboard.ts';
import type { FirmOverview } from '#lib/domain/clearance/overview.ts';
import { slotsOf, type Days } from '#lib/domain/clearance/time-range.ts';

/** The weeks as they are drawn; null where there are too few for a line. */
export type DrawnWeeks = { days: Days; trend: TrendLayout<TrendPoint> | null; sparkline: Sparkline | null };

/** An overview as the page gets it: its lines are laid out on the server, so that it carries no series twice. */
export type DrawnOverview = Omit<FirmOverview, 'weeks'> & { weeks: Panel<DrawnWeeks> };

/** Two lines of 12 px with air, in per cent of a plot 280 px high. */
const LABEL_GAP_PERCENT = 12;

export function drawOverview(overview: FirmOverview): DrawnOverview {
  const { weeks, baseline, period } = overview;
  if (!weeks.ok) return { ...overview, weeks };
  const { days, by_channel, all } = weeks.value;
  const trend = layoutTrend<TrendPoint>({
    grain: 'week',
    slots: slotsOf('week', days),
    lines: by_channel.map(({ channel, weeks }) => ({ channel, points: weeks.map(({ hours }) => hours) })),
    compared: [],
    statistic: 'mean',
    baseline,
    events: [],
    label_gap_percent: LABEL_GAP_PERCENT,
  });
  const sparkline = layoutSparkline(all, {
    period_from: period.from,
    baseline_hours: baseline?.comparable ? baseline.hours : null,
  });
  return { ...overview, weeks: { ok: true, value: { days, trend, sparkline } } };
}
